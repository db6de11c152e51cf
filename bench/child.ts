/** Starts a process that is measured, and asks it what it holds. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Counts, Told } from './holdings';

export interface Child {
  url: string;
  /** What the process holds after garbage collection. */
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

/** Resolves when the process listens. @param file must call `answerQuestions`. @param flags for Node. */
export async function startChild(
  file: string,
  env: Record<string, string>,
  flags: string[] = [],
): Promise<Child> {
  const child = fork(file, {
    execArgv: ['--expose-gc', ...flags],
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...env },
  });

  /** Resolves with the next message of the process. */
  function told(): Promise<Told> {
    return new Promise((resolve, reject) => {
      child.once('message', (message: Told) => {
        resolve(message);
      });
      child.once('exit', () => reject(new Error('the server ended')));
    });
  }

  const { port } = await told();
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async counts() {
      const answer = told();
      child.send('what do you hold?');
      return (await answer).counts;
    },
    async stop() {
      const isOver = once(child, 'exit');
      child.kill();
      await isOver;
    },
  };
}

/** The settings of the program when it is measured. @param folder is where it keeps its files. */
export function programIn(folder: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    LOG: 'warn',
    COOKIE_SECRET: 'a secret for the measurements',
    DATA_DIR: folder,
    UPLOADS_DIR: `${folder}/uploads`,
    RATE_LIMITS: 'off',
    // All people of a bench come from one address.
    MAX_SOCKETS_PER_ADDRESS: '10000',
  };
}
