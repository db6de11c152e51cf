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
  /** Ends it as a power cut does, and starts it again on the same port and files. */
  crashAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param env beside what all such servers have */
export async function startServer(env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-e2e-'));
  let running = await run(folder, 0, env);
  return {
    url: `http://127.0.0.1:${running.port}`,
    async crashAndRestart() {
      await end(running.process, 'SIGKILL');
      running = await run(folder, Number(running.port), env);
    },
    async stop() {
      await end(running.process, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(
  folder: string,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<{ process: ChildProcess; port: string }> {
  const child = spawn(process.execPath, [PROGRAM], {
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
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => said.push(line));
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    const listening = /listening on http:\/\/\S+:(\d+)/.exec(line)?.[1];
    if (listening !== undefined) {
      child.stdout.resume();
      return { process: child, port: listening };
    }
  }
  throw new Error(`The server did not start (npm run build comes first):\n${said.join('\n')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
