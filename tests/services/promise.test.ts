/**
 * One promise, proved: whatever people, processes and the store do, in whatever order, a room is never wrong. Two
 * processes over one store, up to 64 things under way, calls that are slow, fail, lose their answer or arrive late.
 *
 * RUNS says how often; SEED and REPLAY take what fast-check prints as `seed` and `path`; FIRST_ONLY=1 does not shrink.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
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

const { RUNS, SEED, REPLAY, FIRST_ONLY, npm_lifecycle_event: script } = process.env;
const numRuns = Number(RUNS ?? (script === 'test:promise' ? 1_000 : 100));
/** In ms: what one run may take at most, whatever the machine does besides. */
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
/** The creator does it, by the first process. */
const step = (name: Step['name'], more: Partial<Step> = {}): Step => {
  return { name, who: CREATOR, whom: CREATOR, at: 0, nonce: 'a', wait: 'until due', gap: 0, ...more };
};
const calls = (count: number, fate: Fault['fate']): Fault[] =>
  Array.from({ length: count }, () => ({ before: 0, after: 0, fate }));

describe('found by chance, and kept:', () => {
  test('who leaves after the process got a new name is gone', async () => {
    const enter = [step('lapse', { at: 1 }), step('enter'), step('wait')];
    await play(QUIET, [...enter, step('return'), step('leave')], []);
  });

  test('a connection that goes just when its process gets a new name leaves no place behind', async () => {
    const enter = [step('enter'), step('wait')];
    await play(QUIET, [...enter, step('lapse', { at: 1 }), step('drop'), step('return')], []);
  });

  test('a refused join leaves no place behind, though its process got a new name meanwhile', async () => {
    const full = [step('enter'), step('enter', { who: 'sol' }), step('wait')];
    const refused = [step('enter', { who: 'ari', at: 1 }), step('leave all', { at: 1 })];
    await play(QUIET, [...full, ...refused, step('lapse'), step('return', { at: 1 })], []);
  });

  test('who leaves while the store is away, and closes the window, leaves no place behind', async () => {
    // Two calls for the enter, one for each process that comes to rest, and then nothing is answered.
    const faults = [...calls(4, 'fine'), ...calls(60, 'fails')];
    await play(
      { ...QUIET, patience: 100 },
      [step('enter'), step('wait'), step('leave'), step('wait')],
      faults,
    );
  });
});

/** Plays the steps, lets all come to rest, looks at everything, and sees the room to its end. */
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
