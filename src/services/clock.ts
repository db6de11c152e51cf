/**
 * The store's clock, carried on by this process's monotonic one from beat to beat. It is a wall clock and may be moved:
 * a deadline that only a jump can explain starts anew (rules/room.ts), and order never comes from it.
 */
export interface Clock {
  /** Milliseconds of the store's clock. */
  now(): number;
  /** The store has just said that it is `now`. */
  set(now: number): void;
}

export function createClock(): Clock {
  let base = Date.now();
  let setAt = performance.now();
  return {
    now: () => Math.floor(base + performance.now() - setAt),
    set(now) {
      base = now;
      setAt = performance.now();
    },
  };
}
