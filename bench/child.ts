/** Starts a process that is measured, and asks it what it holds. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Counts, Told } from './holdings';

export interface Child {
  url: string;
  /** What the process holds after garbage collection. */
  counts(): Promise<Counts>;
  /** Resolves when the process has ended, for whatever reason. */
  over: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Resolves when the process listens.
 * @param file must call `answerQuestions`. @param flags for Node.
 * @param read gets each line that the process writes; without it, the lines go to the terminal.
 */
export async function startChild(
  file: string,
  env: Record<string, string>,
  flags: string[] = [],
  read?: (line: string) => void,
): Promise<Child> {
  const child = fork(file, {
    execArgv: ['--expose-gc', ...flags],
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...env },
    silent: read !== undefined,
  });
  const over = once(child, 'exit');
  for (const input of [child.stdout, child.stderr])
    if (input !== null && read !== undefined) createInterface({ input }).on('line', read);

  /** Resolves with the next message of the process. */
  function told(): Promise<Told> {
    return new Promise((resolve, reject) => {
      child.once('message', (message: Told) => {
        resolve(message);
      });
      void over.then(() => reject(new Error('the server ended')));
    });
  }

  const { port } = await told();
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async counts() {
      const answer = told();
      // If the process has ended, nothing can be sent; `answer` is rejected then.
      child.send('what do you hold?', () => undefined);
      return (await answer).counts;
    },
    over,
    async stop() {
      child.kill();
      await over;
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
