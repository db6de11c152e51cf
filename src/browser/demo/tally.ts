/** Sums up what arrived by one way: how many counts, how many are missing between them, and how late they were. */
import type { Count } from '../../types/lab';

export interface Tally {
  /** @param at when it arrived, in ms of the server's clock */
  hear: (count: Count, at: number) => void;
  messages: () => number;
  missed: () => number;
  /** In ms; undefined as long as nothing came. */
  averageDelay: () => number | undefined;
  longestDelay: () => number | undefined;
  lastDelay: () => number | undefined;
}

/** Starts with nothing. The first count that arrives only tells from where to count. */
export function createTally(): Tally {
  let last: number | undefined;
  let missed = 0;
  const delays: number[] = [];
  return {
    hear({ count, at: changedAt }, at) {
      // Short polling may get the same count a second time, which is no new message.
      if (last !== undefined && count <= last) return;
      missed += last === undefined ? 0 : count - last - 1;
      // The first count may be older than the connection, so that its delay says nothing.
      if (last !== undefined) delays.push(Math.max(0, at - changedAt));
      last = count;
    },
    messages: () => delays.length,
    missed: () => missed,
    averageDelay: () =>
      delays.length === 0 ? undefined : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
    longestDelay: () => (delays.length === 0 ? undefined : Math.max(...delays)),
    lastDelay: () => delays.at(-1),
  };
}
