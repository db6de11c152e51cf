/** The built server, as it is started anywhere, on a port of its own with its files in a temporary folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = path.resolve(__dirname, '../../../dist/server.js');

export interface Server {
  url: string;
  /** What it has written to its log until now. */
  log: readonly string[];
  /** Ends it as a power cut does, and starts it again on the same port and files. */
  crashAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param env beside what all such servers have @param program another one than what was built */
export async function startServer(env: NodeJS.ProcessEnv = {}, program = PROGRAM): Promise<Server> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-e2e-'));
  const log: string[] = [];
  const run = (port: number) => launch({ program, folder, port, env, log });
  let running = await run(0);
  return {
    log,
    url: `http://127.0.0.1:${running.port}`,
    async crashAndRestart() {
      await end(running.process, 'SIGKILL');
      running = await run(Number(running.port));
    },
    async stop() {
      await end(running.process, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Launch {
  program: string;
  folder: string;
  /** 0 takes any free one. */
  port: number;
  env: NodeJS.ProcessEnv;
  /** Where its lines go. */
  log: string[];
}

async function launch({
  program,
  folder,
  port,
  env,
  log,
}: Launch): Promise<{ process: ChildProcess; port: string }> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      COOKIE_SECRET: 'a secret for the tests of the pages',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: path.join(folder, 'data'),
      UPLOADS_DIR: path.join(folder, 'uploads'),
      RATE_LIMITS: 'off',
      MONGO_URL: '',
      ...env,
    },
  });
  const ended = once(child, 'exit').then(() => undefined);
  createInterface(child.stderr).on('line', (line) => log.push(line));
  const listening = new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      const found = /listening on http:\/\/\S+:(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const found = await Promise.race([listening, ended]);
  if (found === undefined)
    throw new Error(`The server did not start (npm run build comes first):\n${log.join('\n')}`);
  return { process: child, port: found };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
