/**
 * Tests the one promise: whatever people, processes and the store do, and in whatever order, a room is never wrong.
 * Random plans are played with two processes on one store, up to 64 acts at once, and calls of the store that are slow,
 * fail, lose their answer or take effect late.
 *
 * RUNS is the number of plans. To repeat a failure, set SEED and REPLAY to the `seed` and `path` that fast-check printed.
 * With FIRST_ONLY=1 fast-check does not look for a shorter plan that fails, too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { vi } from 'vitest';
import { arbitraryFaults, exposeInserts, type Fault } from '../support/faults';
import {
  arbitrarySetting,
  arbitraryStep,
  CREATOR,
  openScene,
  type Setting,
  type Stage,
  type Step,
} from '../support/scene';
import { openTestStore, type TestStore } from '../support/store';

const { RUNS, SEED, REPLAY, FIRST_ONLY, CI, npm_lifecycle_event: script } = process.env;
const amongOthers = CI === 'true' ? 100 : 40;
const numRuns = Number(RUNS ?? (script === 'test:promise' ? 1_000 : amongOthers));
/** The longest that one plan may take on a busy machine, in ms. */
const LONGEST_RUN = 60_000;

let kept: TestStore;
let stage: Stage;
beforeAll(async () => {
  kept = await openTestStore();
  const uploadsDir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-uploads-'));
  stage = { stores: [kept.store, await kept.other()], uploadsDir };
  exposeInserts();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await kept.dispose();
  await rm(stage.uploadsDir, { recursive: true, force: true });
});

test(
  'a room keeps its promises',
  async () => {
    const steps = fc.array(arbitraryStep, { minLength: 1, maxLength: 90, size: 'max' });
    await fc.assert(fc.asyncProperty(arbitrarySetting, steps, arbitraryFaults, play), {
      numRuns,
      timeout: LONGEST_RUN,
      endOnFailure: FIRST_ONLY !== undefined,
      ...(SEED !== undefined && { seed: Number(SEED) }),
      ...(REPLAY !== undefined && { path: REPLAY }),
    });
  },
  60_000 + numRuns * 3_000,
);

const QUIET: Setting = {
  max: 2,
  ephemeral: false,
  skew: 0,
  patience: 5_000,
  graces: { reconnectGrace: 15_000, emptyRoomGrace: 300_000 },
  ending: 'all drop',
};
/** A step; unless `more` says otherwise, the creator takes it on the first process. */
const step = (name: Step['name'], more: Partial<Step> = {}): Step => {
  return { name, who: CREATOR, whom: CREATOR, at: 0, nonce: 'a', wait: 'until due', gap: 0, ...more };
};
const calls = (count: number, fate: Fault['fate']): Fault[] =>
  Array.from({ length: count }, () => ({ before: 0, after: 0, fate }));

describe('plans that once failed:', () => {
  test('a person who leaves after the process got a new id is gone', async () => {
    const enter = [step('lapse', { at: 1 }), step('enter'), step('wait')];
    await play(QUIET, [...enter, step('return'), step('leave')], []);
  });

  test('a connection that ends while its process gets a new id keeps no place', async () => {
    const enter = [step('enter'), step('wait')];
    await play(QUIET, [...enter, step('lapse', { at: 1 }), step('drop'), step('return')], []);
  });

  test('a refused join keeps no place, even if its process got a new id meanwhile', async () => {
    const full = [step('enter'), step('enter', { who: 'sol' }), step('wait')];
    const refused = [step('enter', { who: 'ari', at: 1 }), step('leave all', { at: 1 })];
    await play(QUIET, [...full, ...refused, step('lapse'), step('return', { at: 1 })], []);
  });

  test('a person who leaves while the store is away, and then disconnects, keeps no place', async () => {
    // The first calls succeed: two for the join, and one for each process that comes to rest. All others fail.
    const faults = [...calls(4, 'fine'), ...calls(60, 'fails')];
    await play(
      { ...QUIET, patience: 100 },
      [step('enter'), step('wait'), step('leave'), step('wait')],
      faults,
    );
  });
});

/** Plays the steps, waits until all has settled, checks everything, ends the room and checks that nothing is left. */
async function play(setting: Setting, steps: readonly Step[], faults: readonly Fault[]): Promise<void> {
  const scene = await openScene(stage, setting);
  try {
    await scene.play(steps, faults);
    await scene.rest();
    await scene.checkAtRest();
    await scene.end();
    await scene.checkGone();
  } finally {
    await scene.stop();
  }
}
