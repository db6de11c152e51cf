/** What the long checks that are no tests of Vitest have in common: each is a command, whose exit code is its result. */
import { inspect } from 'node:util';

/** Runs the check and ends the process: with 0 if all is well, with 1 if it is not, fails, or is interrupted. */
export function endWith(check: () => Promise<boolean>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  check().then(
    (isWell) => process.exit(isWell ? 0 : 1),
    (error: unknown) => {
      process.stderr.write(`${inspect(error)}\n`);
      process.exit(1);
    },
  );
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
