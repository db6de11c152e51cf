/** Watches everything that comes back, and notes what must never happen. */
import type { Counts } from '../../bench/holdings';
import { SOCKET_ERROR_CODES } from '../../src/types/events';

const CODES = new Set<string>(SOCKET_ERROR_CODES);
/** Every secret of the world contains this word. */
export const CANARY = 'canary';
/** In the log, entries begin so. Everything else was not written by our logger. */
const ENTRY = /^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn|error) /;
/** How much more memory the process may hold at the end than after the first fifth of the inputs, in bytes. */
const MOST_GROWTH = 16 * 2 ** 20;
const MEMORY = ['heap, bytes', 'external, bytes'];
/** How many more of these there may be: some connections of the noise are about to end. */
const MOST_MORE: Record<string, number> = { handles: 60, listeners: 0, sockets: 0, "Socket.IO's rooms": 0 };

export const WRONGS = [
  ...[
    'answers of 5xx',
    'no answer',
    'acks outside the contract',
    'secrets that strangers got',
    'secrets in the log',
  ],
  ...['faults in the log', 'memory that grew', 'the process ended'],
] as const;
export type Wrong = (typeof WRONGS)[number];

export interface Problem {
  what: Wrong;
  /** The input's number. Entries of the log have none; then the inputs just before are named. */
  inputs: number[];
  detail: string;
}

export type Judge = ReturnType<typeof createJudge>;

export function createJudge() {
  const problems: Problem[] = [];
  const tally = new Map<string, number>();
  /** The inputs that were begun last. */
  let latest: number[] = [];
  let secrets = [CANARY];

  function find(what: Wrong, inputs: number[], detail: string): void {
    problems.push({ what, inputs, detail: detail.slice(0, 1_000) });
  }
  function count(what: string): void {
    tally.set(what, (tally.get(what) ?? 0) + 1);
  }

  return {
    problems,
    tally,
    count,
    find,
    latest: () => latest,
    hasEnded: () => problems.some(({ what }) => what === 'the process ended'),
    begin(input: number): void {
      latest = [...latest, input].slice(-64);
    },
    /** From now on this text is a secret, too. */
    keepSecret(text: string): void {
      secrets = [CANARY, text];
    },
    /** @param input undefined for what came by itself. @param sent may hold a secret's name, which is no leak if it comes back. */
    received(input: number | undefined, bytes: Buffer, sent = ''): void {
      const leak = secrets.find((secret) => bytes.includes(secret) && !sent.includes(secret));
      if (leak === undefined) return;
      const at = Math.max(0, bytes.indexOf(leak) - 200);
      const detail = bytes.subarray(at, at + 500).toString();
      find('secrets that strangers got', input === undefined ? latest : [input], detail);
    },
    answered(input: number, status: number, sent: string): void {
      count(`answered ${String(status)}`);
      // This one asks whether the disk is fast enough, which under this load it may not be.
      if (status === 503 && sent === 'GET /healthz') return;
      if (status >= 500) find('answers of 5xx', [input], `${String(status)} to ${sent}`);
    },
    acked(input: number, answer: unknown): void {
      const { ok, code, message, retryAfter } = Object(answer);
      count(ok === true ? 'acked ok' : `acked ${String(code)}`);
      const isRefusal =
        ok === false &&
        CODES.has(code) &&
        typeof message === 'string' &&
        message !== '' &&
        (retryAfter === undefined || retryAfter > 0);
      if (ok !== true && !isRefusal) find('acks outside the contract', [input], JSON.stringify(answer));
    },
    logged(line: string): void {
      const level = ENTRY.exec(line)?.[1];
      if (level === undefined || level === 'error') find('faults in the log', latest, line);
      if (level === 'warn') count('warnings in the log');
      if (line.includes(CANARY)) find('secrets in the log', latest, line);
    },
    /** Compares what the process held after the first fifth of the inputs with what it holds now. */
    compare(before: Counts, after: Counts): void {
      const memory = (counts: Counts) => MEMORY.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
      const growth = memory(after) - memory(before);
      if (growth > MOST_GROWTH) find('memory that grew', [], `${String(growth)} bytes`);
      for (const [name, most] of Object.entries(MOST_MORE)) {
        const more = (after[name] ?? 0) - (before[name] ?? 0);
        if (more > most)
          find('memory that grew', [], `${name}: ${String(before[name])} → ${String(after[name])}`);
      }
    },
  };
}
