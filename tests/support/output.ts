/** What a process of the program writes. */
import type { ChildProcess } from 'node:child_process';

export interface Output {
  /** All that the process has written until now. */
  text: () => string;
  /** Resolves to the URL on which the program says that it listens; never, if it does not say so. */
  listening: Promise<string>;
}

/** @param child a process that was just started, so that nothing of its output is missed. */
export function outputOf({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): Output {
  let text = '';
  const listening = new Promise<string>((resolve) => {
    for (const stream of [stdout, stderr]) {
      stream?.on('data', (data: Buffer) => {
        text += data.toString();
        const [, url] = /listening on (http:\S+)/.exec(text) ?? [];
        if (url !== undefined) resolve(url);
      });
    }
  });
  return { text: () => text, listening };
}
