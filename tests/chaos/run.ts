/**
 * Checks the whole promise while things fail: real processes, people who run the page's own modules, connections that
 * break, and kill -9.
 *
 *     npm run chaos [-- --seconds 60 --kills 5 --processes 1 --seed N --hurry]
 *     npm run chaos -- --broken 'forgets a drop'    with this mistake put into the code
 *     npm run chaos -- --mutants                    with each of the mistakes in turn; every one must be noticed
 *
 * MONGO_URL chooses the store. The exit code is 1 when a number is not 0, or when too little happened.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { calm, compare, goAll } from './calm';
import { WRONGS, type Problem } from './judge';
import { HURRIED, UNHURRIED } from './pace';
import { ackedOf, storm, type Aims, type Progress } from './storm';
import { createWorld } from './world';
import { MUTANTS } from '../mutants/list';
import { endWith, say } from '../support/command';
import type { Edit } from '../support/compiled';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '5' },
    processes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    hurry: { type: 'boolean', default: false },
    broken: { type: 'string' },
    mutants: { type: 'boolean', default: false },
  },
});
const MONGO_URL = process.env['MONGO_URL'] || undefined;
/** What must happen in a run of one minute, so that the run counts; in a shorter run, a part of it. */
const AIMS = { seconds: 60, acked: 500, cuts: 100 };
/** How many problems of a run are printed in full. */
const MAX_TOLD = 20;
/** A mistake in the code shows only if a kill comes at the right moment. How many plans are tried until it shows. */
const MUTANT_TRIES = 3;

interface Form {
  seed: number;
  seconds: number;
  kills: number;
  processes: number;
  mongo: string | undefined;
  isHurried: boolean;
  edits: Edit[];
}

interface Result {
  progress: Progress;
  stored: number;
  problems: Problem[];
  /** Whether enough happened for the run to count. */
  counts: boolean;
}

async function main(): Promise<boolean> {
  const form: Form = {
    seed: Number(options.seed),
    seconds: Number(options.seconds),
    kills: Number(options.kills),
    processes: Number(options.processes),
    mongo: MONGO_URL,
    isHurried: options.hurry,
    edits: [],
  };
  if (options.mutants) return areAllCaught();
  if (options.broken !== undefined) {
    const mutant = MUTANTS.find(({ name }) => name === options.broken);
    if (mutant === undefined)
      throw new Error(`the mutants are: ${MUTANTS.map(({ name }) => name).join(', ')}`);
    form.edits = [form.processes > 1 ? (mutant.ofTwoProcesses ?? mutant) : mutant];
  }
  const result = await run(form);
  return result.counts && result.problems.length === 0;
}

async function run(form: Form): Promise<Result> {
  const { seed, seconds, kills, processes, mongo, isHurried, edits } = form;
  const pace = isHurried ? HURRIED : UNHURRIED;
  const part = Math.min(1, seconds / AIMS.seconds);
  const aims = {
    seed,
    seconds,
    kills,
    acked: Math.ceil(AIMS.acked * part),
    cuts: Math.ceil(AIMS.cuts * part),
  };
  say(
    `${mongo === undefined ? 'embedded store' : 'MongoDB'}, ${String(processes)} process(es), seed ${String(seed)}`,
  );
  const world = await createWorld({ edits, processes, mongo, pace });
  try {
    const before = await storm(world, aims, (now) => note(lineOf(now, aims)));
    note('calm: everybody catches up');
    await calm(world);
    const progress = { ...before, acked: ackedOf(world) };
    const { stored, problems } = await compare(world);
    note('the end: everybody goes');
    problems.push(...(await goAll(world)));
    // The chats of a room that was rightly closed are deleted, so they are not compared.
    const checked = Math.min(progress.acked, stored);
    const counts = checked >= aims.acked && progress.cuts >= aims.cuts && progress.kills.length >= kills;
    const result = { progress, stored, problems, counts };
    say(tableOf(result));
    if (!counts) say('This run does not count: too little happened in it.');
    if (problems.length > 0) {
      for (const { what, where } of problems.slice(0, MAX_TOLD)) note(`${what}: ${where}`);
      for (const server of world.servers) note(server.complaints());
    }
    return result;
  } finally {
    await world.dispose();
  }
}

/** Whether each mistake in the code was noticed, on each store and number of processes where it can be noticed. */
async function areAllCaught(): Promise<boolean> {
  const form = { seconds: 10, kills: 4, processes: 1, isHurried: true };
  let survivors = 0;
  for (const mutant of MUTANTS) {
    const needsMongo = mutant.needsMongo === true || mutant.ofTwoProcesses !== undefined;
    if (needsMongo && MONGO_URL === undefined) {
      say(`not tried: ${mutant.name} (set MONGO_URL to a MongoDB server)`);
      continue;
    }
    let isCaught = false;
    for (let n = 0; n < MUTANT_TRIES && !isCaught; n++) {
      const seed = Number(options.seed) + n;
      const mongo = needsMongo ? MONGO_URL : undefined;
      const processes = mutant.ofTwoProcesses === undefined ? 1 : 2;
      const { problems } = await run({
        ...form,
        seed,
        mongo,
        processes,
        edits: [mutant.ofTwoProcesses ?? mutant],
      });
      isCaught = problems.length > 0;
    }
    if (!isCaught) survivors += 1;
    say(`${isCaught ? 'caught' : 'SURVIVED'}: ${mutant.name}\n`);
  }
  return survivors === 0;
}

function tableOf({ progress: { acked, cuts, kills }, stored, problems }: Result): string {
  const rows: [string, string | number][] = [
    ['connections cut', cuts],
    [`killed, with sends under way: ${kills.join(', ')}`, kills.length],
    ['acked', acked],
    ['stored', stored],
    ...WRONGS.map((wrong): [string, number] => [wrong, problems.filter(({ what }) => what === wrong).length]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(45)}${String(value).padStart(6)}`).join('\n');
}

function lineOf({ acked, cuts, kills, seconds }: Progress, aims: Aims): string {
  const parts = [
    `${seconds.toFixed(0)}/${String(aims.seconds)} s`,
    `acked ${String(acked)}`,
    `cuts ${String(cuts)}`,
    `kills ${String(kills.length)}/${String(aims.kills)}`,
  ];
  return parts.join('   ');
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

endWith(main);
