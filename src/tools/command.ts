/** What the commands have in common: one argument, `--help`, and one line where something is wrong. */
const HELP = ['--help', '-h'];

/** Does the work with the one argument; what it returns is printed. What it throws is one line, and the exit code 1. */
export function runCommand(usage: string, work: (argument: string) => Promise<string>): void {
  const [argument, ...more] = process.argv.slice(2);
  if (argument !== undefined && HELP.includes(argument)) print(usage);
  else if (argument === undefined || argument.startsWith('-') || more.length > 0) fail(usage);
  else
    work(argument).then(print, (error: unknown) =>
      fail(error instanceof Error ? error.message : String(error)),
    );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
