/** The comparisons that run now. Each has its own counter, and notes what each of the four ways costs. */
import { randomUUID } from 'node:crypto';
import { createPace } from '../bounds/pace';
import type { Meter } from './meter';
import { Source } from '../source';
import type { Cost, Count, Way } from '../../types/lab';

/** How long a comparison may last, in ms: the page's minute, and time to say that it is over. */
const LIFE = 70_000;
/** The shortest and the longest time between two changes of the counter, in ms. */
const SHORTEST = 200;
const LONGEST = 3_000;

export type Runs = ReturnType<typeof createRuns>;
export type Run = ReturnType<typeof createRun>;

/** Starts with no comparison. @param perSecond how many requests may be made for each comparison */
export function createRuns(perSecond: number) {
  const runs = new Map<string, Run>();
  return {
    start(): Run {
      const run = createRun(perSecond);
      runs.set(run.id, run);
      run.onEnd(() => runs.delete(run.id));
      return run;
    },
    find(id: unknown): Run | undefined {
      return typeof id === 'string' ? runs.get(id) : undefined;
    },
  };
}

function createRun(perSecond: number) {
  const counter = new Source<Count>({ count: 0, at: Date.now() });
  const tallies = { short: createTally(), long: createTally(), events: createTally(), socket: createTally() };
  const listeners = new Set<() => void>();
  const life = setTimeout(end, LIFE);
  let tick = setTimeout(count, pause());

  function count(): void {
    tick = setTimeout(count, pause());
    counter.set({ count: counter.value.count + 1, at: Date.now() });
  }

  function end(): void {
    clearTimeout(life);
    clearTimeout(tick);
    const told = [...listeners];
    listeners.clear();
    for (const listener of told) listener();
  }

  return {
    id: randomUUID(),
    counter,
    isTooFast: createPace(perSecond),
    /** Counts a request of this way. @returns a function that ends it: what its meter shows then is what it has cost. */
    begin: (way: Way, meter: Meter) => tallies[way].begin(meter),
    costs(): Record<Way, Cost> {
      const { short, long, events, socket } = tallies;
      return { short: short.cost(), long: long.cost(), events: events.cost(), socket: socket.cost() };
    },
    /** @param listener is called once when the run ends. @returns a function that removes the listener */
    onEnd(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end,
  };
}

/** Adds up what one way has cost: its ended requests, and what the meters of its open requests show now. */
function createTally() {
  const open = new Set<Meter>();
  const total = { requests: 0, up: 0, down: 0 };
  return {
    begin(meter: Meter): () => void {
      total.requests += 1;
      open.add(meter);
      return () => {
        if (open.delete(meter)) add(total, meter());
      };
    },
    cost(): Cost {
      const now = { ...total };
      for (const meter of open) add(now, meter());
      return now;
    },
  };
}

function add(total: ReturnType<Meter>, { up, down }: ReturnType<Meter>): void {
  total.up += up;
  total.down += down;
}

/** The pauses are uneven: beside an even counter, a way that asks in even steps would look better or worse than it is. */
function pause(): number {
  return SHORTEST + Math.random() * (LONGEST - SHORTEST);
}
