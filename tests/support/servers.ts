/** The server's processes. They are killed while work is under way, and started again on the same data. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Compiled } from './compiled';

/** How many characters of a process's output are kept, for reading when something went wrong. */
const KEPT_OUTPUT = 20_000;

export interface Server {
  /** The port on which it listens at present; while it is down, port 1, on which nothing listens. */
  port(): number;
  isUp(): boolean;
  /** When it started last, in ms of the wall clock. */
  startedAt(): number;
  start(): Promise<void>;
  /** Kills it with SIGKILL: as in a power failure, the process can do nothing more. */
  kill(): Promise<void>;
  /** Stops it with SIGTERM, so that it ends in order. */
  stop(): Promise<void>;
  /** Its last warnings and errors. */
  complaints(): string;
}

export function createServer(compiled: Compiled, env: Record<string, string>): Server {
  let child: ChildProcess | undefined;
  let port = 1;
  let output = '';
  let startedAt = 0;

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child;
    port = 1;
    child = undefined;
    if (ending?.exitCode !== null || ending.signalCode !== null) return;
    const isOver = once(ending, 'close');
    ending.kill(signal);
    await isOver;
  }

  return {
    port: () => port,
    isUp: () => port !== 1,
    startedAt: () => startedAt,
    async start() {
      const started = spawn(process.execPath, [compiled.pathOf('src/server.ts')], {
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'production',
          COOKIE_SECRET: 'a secret for the tests',
          HOST: '127.0.0.1',
          PORT: '0',
          RATE_LIMITS: 'off',
          ...env,
        },
      });
      child = started;
      // However the run ends, its processes must end, too.
      const killToo = () => started.kill('SIGKILL');
      process.once('exit', killToo);
      started.once('close', () => process.off('exit', killToo));
      let said = '';
      const found = await new Promise<string | undefined>((resolve) => {
        for (const stream of [started.stdout, started.stderr]) {
          stream.on('data', (data: Buffer) => {
            said = (said + data.toString()).slice(-KEPT_OUTPUT);
            output = (output + data.toString()).slice(-KEPT_OUTPUT);
            const listening = /listening on \S+:(\d+)/.exec(said)?.[1];
            if (listening !== undefined) resolve(listening);
          });
        }
        started.once('close', () => resolve(undefined));
      });
      if (found === undefined) throw new Error(`the server did not start: ${output}`);
      port = Number(found);
      startedAt = Date.now();
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    complaints: () =>
      output
        .split('\n')
        .filter((line) => !/ info /.test(line))
        .join('\n'),
  };
}
