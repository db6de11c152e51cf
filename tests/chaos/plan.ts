/** What happens to each person and line, and when, computed from a seed. The sequences never end: a run takes a part. */

/** What a person does, after a pause of so many ms. */
export interface Deed {
  what: 'say' | 'show' | 'say much' | 'reload' | 'crash' | 'leave' | 'send again';
  after: number;
  /** For deeds in which the person goes: how long it stays away, in ms. */
  away: number;
}

/** What a line does, after a pause of so many ms, and for how long. */
export interface Fault {
  what:
    | 'cut'
    | 'out of reach'
    | 'delay'
    | 'answers lost'
    | 'requests lost'
    | 'silent'
    | 'server not told'
    | 'client not told';
  after: number;
  ms: number;
}

/** A process is killed `after` ms after the one before came back, as soon as there is such a `moment`. */
export interface Kill {
  after: number;
  process: number;
  moment: 'a send is under way' | 'an answer is on its way';
  /** How long after the moment, in ms. At 0 ms the server would never have received what is being sent. */
  later: number;
  /** How long the process stays stopped, in ms. */
  down: number;
}

/** Random numbers from 0 to 1; the same seed gives the same numbers. @source https://github.com/cprosche/mulberry32 */
function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Chooses one of these at random; one with twice the weight is chosen twice as often. */
function choose<T extends string>(random: () => number, weights: readonly (readonly [T, number])[]): T {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  let left = random() * sum;
  const chosen = weights.find(([, weight]) => (left -= weight) < 0) ?? weights[0];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen[0];
}

const DEEDS = [
  ['say', 60],
  ['show', 14],
  ['say much', 8],
  ['reload', 6],
  ['crash', 4],
  ['leave', 3],
  ['send again', 5],
] as const;

/** What one person does. A person that `stays` never leaves on purpose, so that its room is never left empty. */
export function* deedsOf(seed: number, person: number, stays: boolean): Generator<Deed, never> {
  const random = randomBy(seed * 1_000 + person);
  for (;;) {
    const chosen = choose(random, DEEDS);
    const after = 100 + random() * 1_200;
    const away = 50 + random() * 800;
    yield { what: stays && chosen === 'leave' ? 'reload' : chosen, after, away };
  }
}

const FAULTS = [
  ['cut', 30],
  ['out of reach', 8],
  ['delay', 16],
  ['answers lost', 20],
  ['requests lost', 8],
  ['silent', 6],
  ['server not told', 6],
  ['client not told', 6],
] as const;

/** What happens to one person's line. */
export function* faultsOf(seed: number, person: number): Generator<Fault, never> {
  const random = randomBy(seed * 1_000 + 500 + person);
  for (;;) {
    yield { what: choose(random, FAULTS), after: 800 + random() * 6_000, ms: 100 + random() * 1_400 };
  }
}

/** The kills, spread over `seconds`: the processes take turns, and so do the two kinds of moment. */
export function killsOf(seed: number, count: number, processes: number, seconds: number): Kill[] {
  const random = randomBy(seed * 1_000 + 999);
  return Array.from({ length: count }, (_, index) => ({
    after: ((seconds * 1_000) / (count + 1)) * (0.6 + random() * 0.4),
    process: index % processes,
    moment: index % 2 === 0 ? 'an answer is on its way' : 'a send is under way',
    later: random() * 8,
    down: 100 + random() * 900,
  }));
}
