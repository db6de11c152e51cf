/**
 * Attacks the program, and measures what innocent people notice of that: `npm run abuse [-- --short] [-- NAME …]`. It
 * runs all attacks, or only those that are named, each on a fresh program with its limits on. It needs Linux, because it reads
 * the memory of the process from /proc. The exit code is 1 if an attack did harm.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Socket } from 'socket.io-client';
import { ATTACKS } from './abuse/attacks';
import { innocents, type Fate } from './abuse/innocents';
import { programIn } from './child';

const { values: options, positionals } = parseArgs({
  options: { short: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/**
 * How long the people talk before each attack, and how long the attack lasts, in s. The short form runs on machines that do other
 * work, too. So it does not judge speed, and it allows twice the memory, as garbage is collected late there.
 */
const [QUIET, ATTACK] = options.short ? [1, 4] : [8, 20];
/**
 * An attack does harm if the p95 of chats grows by more than this factor, or to so many ms, or if the process takes so many
 * bytes more.
 */
const MOST_TIMES = 8;
const MOST_MS = 500;
const MOST_MEMORY = (options.short ? 300 : 150) * 2 ** 20;
const PAGE_BYTES = 4_096;

interface Row {
  attack: string;
  /** What the attack did, in its own words. */
  did: string;
  before: Fate;
  after: Fate;
  /** How many bytes more than before the attack the process took at its peak. */
  growth: number;
  isAlive: boolean;
}

async function main(): Promise<void> {
  const names = positionals.length > 0 ? positionals : Object.keys(ATTACKS);
  const rows: Row[] = [];
  for (const name of names) {
    const row = await run(name);
    rows.push(row);
    console.table([shown(row)]);
  }
  if (rows.length > 1) console.table(rows.map(shown));
  process.exitCode = rows.every(isHarmless) ? 0 : 1;
}

async function run(attack: string): Promise<Row> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-abuse-'));
  const sockets: Socket[] = [];
  const program = spawn(process.execPath, ['dist/server.js'], {
    env: {
      ...{ PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0' },
      ...programIn(folder),
      ...{ RATE_LIMITS: 'on', TRUST_PROXY: '1', MAX_SOCKETS_PER_ADDRESS: '400', LOG: 'info' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await urlOf(program);
  try {
    const two = await innocents({ url, sockets });
    const before = await two.talk(QUIET * 1_000);
    const memory = await watchMemory(program);
    const attacker = spawn(
      process.execPath,
      ['-r', 'ts-node/register/transpile-only', 'bench/abuse/attacker.child.ts', attack, url, String(ATTACK)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const saying = attacker.stdout.setEncoding('utf8').toArray();
    // It takes the attacker a moment to begin.
    const after = await two.talk((ATTACK + 2) * 1_000);
    const lateness = setTimeout(() => attacker.kill('SIGKILL'), 30_000);
    const did = (await saying).join('').trim();
    clearTimeout(lateness);
    if (did === '') throw new Error(`the attacker did not attack: ${attack}`);
    return { attack, did, before, after, growth: memory.stop(), isAlive: program.exitCode === null };
  } finally {
    for (const socket of sockets) socket.disconnect();
    await end(program);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves with the address at which the program listens, as its log tells. */
function urlOf(program: ChildProcess): Promise<string> {
  const { stdout } = program;
  if (stdout === null) throw new Error('the program has no output');
  return new Promise((resolve, reject) => {
    program.once('exit', () => reject(new Error('the program did not start')));
    // Read everything: the program would wait if nobody read its log.
    createInterface(stdout).on('line', (line) => {
      const [url] = /http:\S+/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Looks twice a second how much memory the process has. `stop` returns how much it had grown at its peak, in bytes. */
async function watchMemory({ pid }: ChildProcess): Promise<{ stop(): number }> {
  const resident = async () =>
    Number((await readFile(`/proc/${String(pid)}/statm`, 'utf8')).split(' ')[1]) * PAGE_BYTES;
  const first = await resident();
  let most = first;
  const timer = setInterval(() => {
    void resident().then(
      (now) => (most = Math.max(most, now)),
      () => undefined,
    );
  }, 500);
  return {
    stop() {
      clearInterval(timer);
      return most - first;
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const isOver = once(child, 'exit');
  child.kill();
  await isOver;
}

function isHarmless({ before, after, growth, isAlive }: Row): boolean {
  const p95 = percentile(after.chats, 0.95);
  const isFast = options.short || (p95 < MOST_MS && p95 <= MOST_TIMES * percentile(before.chats, 0.95));
  return isAlive && isFast && after.refused === 0 && after.lost === 0 && growth <= MOST_MEMORY;
}

function shown(row: Row): object {
  const { attack, did, before, after, growth, isAlive } = row;
  const ms = (times: number[], share: number) => Math.round(percentile(times, share));
  return {
    attack: `${attack}: ${did}`,
    'chat p50 ms': `${String(ms(before.chats, 0.5))} → ${String(ms(after.chats, 0.5))}`,
    'chat p95 ms': `${String(ms(before.chats, 0.95))} → ${String(ms(after.chats, 0.95))}`,
    'list p95 ms': `${String(ms(before.pages, 0.95))} → ${String(ms(after.pages, 0.95))}`,
    refused: after.refused,
    lost: after.lost,
    'memory MB': `+${String(Math.round(growth / 2 ** 20))}`,
    alive: isAlive,
    harmless: isHarmless(row),
  };
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
}

void main();
