/** The log: writes each entry as one line to standard output. Only this file uses the console. */

import { inspect, styleText } from 'node:util';

/** From the lowest to the highest. No entry has the level `silent`, so with it nothing is written. */
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof LEVELS)[number];
type Written = Exclude<Level, 'silent'>;

/** How many faults (mistakes of ours) were logged. */
let faults = 0;

/** The level until the configuration is read, so that problems of the configuration are logged, too. */
let lowest: Level = 'info';

/** Whether entries are written for a developer's terminal, and then whether in colors. */
let terminal: { isColored: boolean } | undefined;
type Color = 'gray' | 'red' | 'yellow' | 'green' | 'cyan';
const COLORS = { debug: 'gray', warn: 'yellow', error: 'red' } as const;

/** The keys of a query whose values are no secrets, so they may be in the log. */
const HARMLESS = new Set(['before', 'after', 'limit', 'error', 'EIO', 'transport', 't']);
/** How many causes of an error are logged, each the cause of the one before it. */
const MAX_CAUSES = 5;

/** The one log of the process. */
export const logger = {
  /** From now on, only entries of this level and of higher ones are written. */
  setLevel(level: Level): void {
    lowest = level;
  },
  /** From now on, entries are short, for a developer who watches a terminal: the time of day, and no level `info`. */
  useTerminal(as: { isColored: boolean }): void {
    terminal = as;
  },
  /** Whether a developer watches the log on a terminal. */
  isOnTerminal(): boolean {
    return terminal !== undefined;
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
  /** A request. On a terminal, its color tells how it went. @param status undefined if it was not answered */
  request(message: string, status: number | undefined): void {
    write('info', message, colorOf(status));
  },
  warn(message: string): void {
    write('warn', message);
  },
  /** Logs an error with its stack and its causes. People never see these. */
  error(error: unknown): void {
    write('error', describe(error));
  },
  /** Logs a mistake of ours, not one of a person, a disk or a network. Its number tells how many there were. */
  fault(what: string, error: unknown): void {
    faults += 1;
    write('error', `fault ${String(faults)}: ${what}: ${describe(error)}`);
  },
};

/** The same path, but without the values of the query that could be secrets, such as a room's password. */
export function redactUrl(url: string): string {
  return url.replace(/([?&])([^=&]*)=([^&]*)/g, (all, mark: string, key: string) =>
    HARMLESS.has(key) ? all : `${mark}${key}=[redacted]`,
  );
}

function colorOf(status = 0): Color | undefined {
  if (status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  if (status >= 300) return 'cyan';
  return status === 0 ? undefined : 'green';
}

/** @param color of an entry of the level `info` on a terminal */
function write(level: Written, message: string, color?: Color): void {
  if (!logger.isWritten(level)) return;
  // A text from a client must not look like another entry of the log, and must not control the operator's terminal.
  const line = message.replace(/\r?\n\s*/g, ' | ').replace(/\p{Cc}/gu, '?');
  console.log(
    terminal === undefined ? `${new Date().toISOString()} ${level} ${line}` : short(level, line, color),
  );
}

function short(level: Written, line: string, color?: Color): string {
  const paint = (by: Color | undefined, text: string) =>
    by !== undefined && terminal?.isColored === true ? styleText(by, text) : text;
  const time = new Date().toTimeString().slice(0, 8);
  const text = level === 'info' ? paint(color, line) : paint(COLORS[level], `${level} ${line}`);
  return `${paint('gray', time)} ${text}`;
}

function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : inspect(error);
  const cause =
    error.cause === undefined || depth === MAX_CAUSES
      ? ''
      : ` because of ${describe(error.cause, depth + 1)}`;
  return `${error.stack ?? String(error)}${cause}`;
}
