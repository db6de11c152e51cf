/** The store's clock, carried on by this process's monotonic one, so that a moved wall clock moves nothing. */
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
