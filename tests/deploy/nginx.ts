/** A real nginx with `deploy/nginx.conf`, for an unprivileged user and on ports of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/port';

const ROOT = path.resolve(__dirname, '../..');
const run = promisify(execFile);
/** The user without rights that every Linux has. */
export const NOBODY: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
/** What its certificate is for. */
export const HOST = 'chat.example.org';

export interface Nginx {
  http: string;
  https: string;
  /** The certificate that clients of these tests trust. */
  ca: string;
  /** What it wrote to the log of requests. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** @param edit changes the configuration as an operator would. */
export async function startNginx(upstream: string, edit = (conf: string) => conf): Promise<Nginx> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-nginx-'));
  const [http, https] = [await freePort(), await freePort()];
  const file = (name: string) => path.join(dir, name);
  const conf = edit(await readFile(path.join(ROOT, 'deploy/nginx.conf'), 'utf8'));
  const own = conf
    .replace(/^ *listen \[::].*$/gm, '')
    .replace('listen 80', `listen 127.0.0.1:${String(http)}`)
    .replace('listen 443', `listen 127.0.0.1:${String(https)}`)
    .replace('127.0.0.1:8005', new URL(upstream).host)
    .replace(/\/etc\/letsencrypt\/live\/[^/]+/g, dir)
    .replace('/var/log/nginx', dir);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${file(what)};`,
  );
  await writeFile(file('gif-chat.conf'), own);
  await writeFile(
    file('nginx.conf'),
    `daemon off; worker_processes 1; pid ${file('pid')}; error_log stderr;
events {}
http { ${temporary.join(' ')} include ${file('gif-chat.conf')}; }
`,
  );
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`],
    ...['-addext', `subjectAltName=DNS:${HOST},IP:127.0.0.1`],
    ...['-keyout', file('privkey.pem'), '-out', file('fullchain.pem')],
  ]);
  const { uid, gid } = NOBODY;
  if (uid !== undefined && gid !== undefined) {
    for (const name of ['', 'privkey.pem']) await chown(file(name), uid, gid);
  }
  const args = ['-e', 'stderr', '-p', dir, '-c', file('nginx.conf')];
  await run('nginx', ['-t', ...args], NOBODY);
  const nginx = spawn('nginx', args, { ...NOBODY, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  nginx.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const failed = once(nginx, 'exit').then(() => Promise.reject(new Error(errors)));
  await Promise.race([untilAnswers(http), failed]);
  failed.catch(() => undefined);
  return {
    http: `http://127.0.0.1:${String(http)}`,
    https: `https://127.0.0.1:${String(https)}`,
    ca: await readFile(file('fullchain.pem'), 'utf8'),
    log: () => readFile(file('gif-chat.log'), 'utf8'),
    async stop() {
      const exit = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await exit;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(port: number): Promise<void> {
  for (;;) {
    const isThere = await fetch(`http://127.0.0.1:${String(port)}`, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
