import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { io } from 'socket.io-client';
import request from 'supertest';
import { once as next } from './support/app';

const ROOT = path.resolve(__dirname, '..');
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const build = spawn('npm', ['run', 'build'], { cwd: ROOT });
  expect((await once(build, 'exit'))[0]).toBe(0);
}, 120_000);
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-start-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
  await rm(folder, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The built program, from another working directory. */
function run(env: Record<string, string> = {}) {
  const { PATH, MONGO_URL } = process.env;
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/server.js')], {
    cwd: os.tmpdir(),
    env: {
      PATH,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: path.join(folder, 'data'),
      UPLOADS_DIR: path.join(folder, 'uploads'),
      ...(MONGO_URL !== undefined && { MONGO_URL: `${MONGO_URL}-start` }),
      ...env,
    },
  });
  children.push(child);
  let output = '';
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
        const url = /listening on http:\/\/localhost:(\d+)/.exec(output);
        if (url) resolve(`http://127.0.0.1:${String(url[1])}`);
      });
    }
  });
  return { child, exit, listening, output: () => output };
}

test('starts from any directory, says where the rooms are kept, and ends on SIGTERM with its sockets', async () => {
  const program = run();
  const url = await program.listening;
  expect(program.output()).toMatch(/kept in /);
  const page = await request(url).get('/').expect(200);
  expect(page.text).toContain('GIF 채팅방');
  await request(url).get('/room/x?password=secret&x=1');
  const socket = io(`${url}/room`, { forceNew: true, reconnection: false });
  await next(socket, 'connect');
  const gone = next(socket, 'disconnect');
  program.child.kill('SIGTERM');
  expect((await program.exit)[0]).toBe(0);
  await gone;
  expect(program.output()).not.toContain('secret');
  expect(program.output()).toContain('password=[redacted]');
}, 60_000);

test('keeps its own cookie secret, so that a restart logs nobody out', async () => {
  const first = run();
  const page = await request(await first.listening)
    .get('/room')
    .expect(200);
  const cookie = String(page.headers['set-cookie']).split(';')[0] ?? '';
  first.child.kill('SIGTERM');
  await first.exit;
  const again = await request(await run().listening)
    .get('/room')
    .set('cookie', cookie)
    .expect(200);
  expect(again.headers['set-cookie']).toBeUndefined();
  expect((await readFile(path.join(folder, 'data/cookie-secret'), 'utf8')).length).toBeGreaterThan(30);
}, 60_000);

test('writes as much to the log as LOG says', async () => {
  const silent = run({ LOG: 'loud' });
  expect((await silent.exit)[0]).toBe(1);
  expect(silent.output()).toContain('LOG');
  const program = run({ LOG: 'debug' });
  const socket = io(`${await program.listening}/room`, { forceNew: true, reconnection: false });
  await next(socket, 'connect');
  const told = new Promise<void>((resolve) => {
    program.child.stdout.on('data', () => {
      if (/ debug \/room \S+ is gone/.test(program.output())) resolve();
    });
  });
  socket.disconnect();
  await told;
}, 60_000);

test.each([
  ['in production without a COOKIE_SECRET', { NODE_ENV: 'production' }, 'COOKIE_SECRET'],
  ['on a port that is no port', { PORT: 'eighty' }, 'PORT'],
  ['with a grace that is no number', { RECONNECT_GRACE_SECONDS: 'soon' }, 'RECONNECT_GRACE_SECONDS'],
])(
  'does not start %s, and one line names what to change',
  async (_what, env, name) => {
    const program = run(env);
    expect((await program.exit)[0]).toBe(1);
    expect(program.output().trim().split('\n')).toHaveLength(1);
    expect(program.output()).toContain(name);
  },
  60_000,
);

test('does not start on a MongoDB that is not there, and the line has no password in it', async () => {
  const program = run({ MONGO_URL: 'mongodb://someone:hunter2@127.0.0.1:1/gifchat' });
  expect((await program.exit)[0]).toBe(1);
  expect(program.output()).toContain('127.0.0.1:1');
  expect(program.output()).not.toContain('hunter2');
  expect(program.output().trim().split('\n')).toHaveLength(1);
}, 60_000);

test('a second one on the same data directory is refused and names the first', async () => {
  const first = run({ MONGO_URL: '' });
  await first.listening;
  const second = run({ MONGO_URL: '' });
  expect((await second.exit)[0]).toBe(1);
  expect(second.output()).toContain(String(first.child.pid));
  await kill(first.child);
  await run({ MONGO_URL: '' }).listening;
}, 60_000);

test('a port that is taken is one line', async () => {
  const first = run();
  const { port } = new URL(await first.listening);
  const second = run({ PORT: port, DATA_DIR: path.join(folder, 'other') });
  expect((await second.exit)[0]).toBe(1);
  expect(second.output().trim().split('\n').at(-1)).toContain(port);
}, 60_000);
