/**
 * The store's clock. The store tells us its time with every sign of life that we give; in between, we add the time that our
 * own monotonic clock measures. Somebody may move the store's clock. Therefore the rules start a wait again if its deadline
 * makes sense only with a moved clock (rules/waits.ts), and the order of chats never depends on the clock.
 */
export interface Clock {
  /** The time in milliseconds. */
  now(): number;
  /** Call it with the time that the store has just told, in ms. */
  set(now: number): void;
}

/** Until the store has told its time, it starts from this machine's clock. */
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
