/** Lets only some pieces of work run at the same time, so that costly ones leave room for everything else. */
import { Refusal } from './rules/refusal';

/** How long a client should wait if too much work is waiting already, in s. */
const RETRY_AFTER = 2;

/** Runs the work when its turn comes. @throws Refusal RATE_LIMITED if too many others wait. */
type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param atOnce how many pieces of work run at the same time.
 * @param waiting how many may wait for their turn; the one that waits longest is the next.
 */
export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): InTurn {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < atOnce) running++;
    else if (queue.length >= waiting) throw new Refusal('RATE_LIMITED', { retryAfter: RETRY_AFTER });
    // The work that ends gives its turn to this one, so `running` stays the same.
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
