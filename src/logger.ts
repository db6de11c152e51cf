/** The log: one line an entry on standard output, and the only user of the console. */

import { inspect } from 'node:util';

/** From the lowest to the highest; `silent` is above all that is written. */
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof LEVELS)[number];

/** How many faults there were. */
let faults = 0;

/** What counts until the configuration is read: its own problems are logged, too. */
let lowest: Level = 'info';

/** Query keys whose values are harmless to read in a log. */
const HARMLESS = new Set(['before', 'after', 'limit', 'error', 'EIO', 'transport', 't']);
/** How deep the causes of an error are told. */
const MAX_CAUSES = 5;

export const logger = {
  /** Nothing below this level is written from now on. */
  setLevel(level: Level): void {
    lowest = level;
  },
  /** Whether entries of this level are written. */
  isWritten(level: Level): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(lowest);
  },
  debug(message: string): void {
    write('debug', message);
  },
  info(message: string): void {
    write('info', message);
  },
  warn(message: string): void {
    write('warn', message);
  },
  /** With the stack and the causes, which are for the log alone. */
  error(error: unknown): void {
    write('error', describe(error));
  },
  /** A mistake of ours, not of a person, a disk or a network. They are counted, so that a log tells how many there were. */
  fault(what: string, error: unknown): void {
    faults += 1;
    write('error', `fault ${String(faults)}: ${what}: ${describe(error)}`);
  },
};

/** The same path with every query value left out that could be a secret, as a room's password is. */
export function redactUrl(url: string): string {
  return url.replace(/([?&])([^=&]*)=([^&]*)/g, (all, mark: string, key: string) =>
    HARMLESS.has(key) ? all : `${mark}${key}=[redacted]`,
  );
}

function write(level: Level, message: string): void {
  if (!logger.isWritten(level)) return;
  // A text that came from outside must not look like an entry of its own, nor steer a terminal.
  const line = message.replace(/\r?\n\s*/g, ' | ').replace(/\p{Cc}/gu, '?');
  console.log(`${new Date().toISOString()} ${level} ${line}`);
}

function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : inspect(error);
  const cause =
    error.cause === undefined || depth === MAX_CAUSES
      ? ''
      : ` because of ${describe(error.cause, depth + 1)}`;
  return `${error.stack ?? String(error)}${cause}`;
}
