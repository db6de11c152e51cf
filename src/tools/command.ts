/** Runs a command of this folder: it has one argument, knows `--help`, and prints errors as one line. */
import { reasonOf } from '../system-error';

const HELP = ['--help', '-h'];

/** Does the work with the argument and prints its result. If it fails, prints the error's message; the exit code is 1. */
export function runCommand(usage: string, work: (argument: string) => Promise<string>): void {
  const [argument, ...more] = process.argv.slice(2);
  if (argument !== undefined && HELP.includes(argument)) print(usage);
  else if (argument === undefined || argument.startsWith('-') || more.length > 0) fail(usage);
  else work(argument).then(print, (error: unknown) => fail(reasonOf(error)));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
