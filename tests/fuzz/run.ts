/**
 * Sends the program what nobody should, and looks that it lives, keeps its secrets and answers as its contract says:
 *
 *     npm run fuzz [-- --inputs 100000 --seed N]
 *     npm run fuzz -- --seed N --first 1234 --inputs 1    sends one input again, to a fresh program
 *
 * Inputs with even numbers follow the grammar, the others are noise. The exit code is 1 when a number is not 0.
 */
import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect, parseArgs } from 'node:util';
import fc from 'fast-check';
import { createDoors } from './doors';
import { grammar, type Input } from './inputs';
import { createJudge, WRONGS, type Judge } from './judge';
import { noise } from './noise';
import { createWorld } from './world';
import { programIn, startChild } from '../../bench/child';
import type { Counts } from '../../bench/holdings';
import { endWith, say } from '../support/command';

const { values: options } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
  },
});
const [INPUTS, FIRST, SEED] = [Number(options.inputs), Number(options.first), Number(options.seed)];
/** How many inputs are under way at a time, and after how many there are new rooms. */
const AT_ONCE = 100;
const BATCH = 1_000;
/** How many problems are told in full. */
const MAX_TOLD = 20;
/** Lets the program, which is the built one, be asked what it holds. */
const FLAGS = ['-r', 'ts-node/register/transpile-only', '-r', path.join(__dirname, 'asked.ts')];

async function main(): Promise<boolean> {
  say(`seed ${String(SEED)}, ${String(INPUTS)} inputs`);
  const judge = createJudge();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-fuzz-'));
  const env = {
    ...programIn(folder),
    ...{ LOG: 'info', TRUST_PROXY: '1', RECONNECT_GRACE_SECONDS: '1', EMPTY_ROOM_GRACE_SECONDS: '1' },
    ADDRESS_BYTES_PER_HOUR: '100GiB',
  };
  const server = await startChild(path.resolve('dist/server.js'), env, FLAGS, (line) => judge.logged(line));
  let isStopping = false;
  void server.over.then((how) => {
    if (!isStopping) judge.find('the process ended', judge.latest(), `code and signal: ${inspect(how)}`);
  });
  const world = await createWorld(server.url, judge);
  const doors = createDoors(server.url, world, judge);
  const begin = performance.now();

  async function sendAll(from: number, to: number): Promise<void> {
    let next = from;
    async function sendOneByOne(): Promise<void> {
      while (next < to) {
        const number = next++;
        judge.begin(number);
        await doors.send(number, inputOf(number));
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, sendOneByOne));
  }

  /** @returns what the process holds afterwards, when everybody but the keepers is gone. */
  async function sendInBatches(from: number, to: number): Promise<Counts> {
    for (let at = from; at < to; at += BATCH) {
      await world.renew();
      await sendAll(at, Math.min(at + BATCH, to));
    }
    world.leave();
    await wait(2_000);
    const counts = await server.counts();
    await world.comeBack();
    return counts;
  }

  let before: Counts = {};
  let after: Counts = {};
  async function sendAndCompare(): Promise<void> {
    const fifth = FIRST + Math.ceil(INPUTS / 5);
    before = await sendInBatches(FIRST, fifth);
    after = await sendInBatches(fifth, FIRST + INPUTS);
    judge.compare(before, after);
  }

  try {
    await Promise.race([sendAndCompare(), server.over]).catch(async (error: unknown) => {
      // If the server has just ended, that is the problem to be told, and not that it does not answer.
      await Promise.race([server.over, wait(1_000)]);
      if (!judge.hasEnded()) throw error;
    });
    print(judge, before, after, (performance.now() - begin) / 1_000);
  } finally {
    isStopping = true;
    world.close();
    doors.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return judge.problems.length === 0;
}

/** The input of this number. */
function inputOf(number: number): Input {
  const seed = createHash('sha256')
    .update(`${String(SEED)} ${String(number)}`)
    .digest()
    .readInt32LE();
  const [input] =
    number % 2 === 0 ? fc.sample(grammar, { seed, numRuns: 1 }) : fc.sample(noise, { seed, numRuns: 1 });
  if (input === undefined) throw new Error('there is no input');
  return input;
}

function print(judge: Judge, before: Counts, after: Counts, seconds: number): void {
  say(`sent in ${seconds.toFixed(0)} s`);
  for (const [what, count] of [...judge.tally].sort()) say(row(what, count));
  for (const name of Object.keys(after)) say(row(name, `${String(before[name])} → ${String(after[name])}`));
  for (const wrong of WRONGS) say(row(wrong, judge.problems.filter(({ what }) => what === wrong).length));
  for (const { what, inputs, detail } of judge.problems.slice(0, MAX_TOLD)) {
    say(`\n${what}: ${detail}`);
    for (const number of inputs.slice(-3))
      say(
        `  --seed ${String(SEED)} --first ${String(number)} --inputs 1: ${inspect(inputOf(number), { depth: 9, breakLength: Infinity, maxStringLength: 300 })}`,
      );
  }
}

const row = (name: string, value: string | number) => `${name.padEnd(45)}${String(value).padStart(10)}`;

endWith(main);
