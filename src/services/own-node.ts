/**
 * This process among the others (nodes): the id under which it holds sockets and writes, and its sign of life, a counter
 * in the store that it raises every 5 s. Processes whose counter stands still are declared dead by the others.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock';
import { logger } from '../logger';
import type { Store } from '../stores/store';
import { every, type Repeated } from '../timers';

/** How long things take, in ms. */
export interface SignPace {
  /** From one sign of life to the next; to the next try after one that failed. */
  every: number;
  retry: number;
  /** Without a successful sign for so long, the others may soon declare us dead: we let nobody in. */
  stale: number;
}
export const SIGN_PACE: SignPace = { every: 5_000, retry: 1_000, stale: 10_000 };

export interface OwnNode {
  /** Changes when the others have declared this process dead. */
  id: () => string;
  /** Whether this process's places are safe: its last sign of life is fresh, and nobody has declared it dead. */
  isAlive: () => boolean;
  /** Whether the store took the last sign of life, not long ago. */
  hasSigned: () => boolean;
  /**
   * Makes this process's record and gives signs of life from now on.
   * @param reenter lets every socket of this process into its room again, under its new id.
   */
  start(reenter: () => Promise<void>): Promise<void>;
  /** Gives a sign of life now. @returns after how many ms to try again, if it failed. */
  sign: () => Promise<number | undefined>;
  /** Marks our own record as dead, so that the others free our sockets' places at once. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  pace?: SignPace;
}

export function createOwnNode({ store, clock, pace = SIGN_PACE }: Deps): OwnNode {
  let id: string = randomUUID();
  /** By our own monotonic clock, as a wall clock may be moved. */
  let lastSignAt = -Infinity;
  let hasFailed = false;
  /** How many times at once our sockets are being entered again. */
  let reentering = 0;
  let signing: Repeated | undefined;
  let enterAgain = (): Promise<void> => Promise.resolve();

  /** The record comes first: of writes under an id without a record, nobody would ever notice that their process died. */
  async function enroll(newId: string): Promise<void> {
    const sentAt = performance.now();
    clock.set(await store.nodes.enroll(newId));
    id = newId;
    lastSignAt = sentAt;
  }

  async function sign(): Promise<number | undefined> {
    const sentAt = performance.now();
    try {
      const now = await store.nodes.sign(id);
      if (now === undefined) await comeBack();
      else {
        clock.set(now);
        lastSignAt = sentAt;
      }
      hasFailed = false;
      return undefined;
    } catch (error) {
      hasFailed = true;
      logger.warn(`the store did not answer the sign of life (${String(error)})`);
      return pace.retry;
    }
  }

  /** The others have declared us dead and freed our sockets' places: we go on under a new id and enter them again. */
  async function comeBack(): Promise<void> {
    lastSignAt = -Infinity;
    reentering++;
    try {
      await enroll(randomUUID());
    } catch (error) {
      reentering--;
      throw error;
    }
    // Not awaited: entering many sockets must not hold up the next sign of life.
    void enterAgain().finally(() => reentering--);
  }

  return {
    id: () => id,
    // Where we are the only process, nobody can declare us dead.
    isAlive: () => store.exclusive || (reentering === 0 && performance.now() - lastSignAt < pace.stale),
    hasSigned: () => !hasFailed && performance.now() - lastSignAt < pace.stale,
    async start(reenter) {
      enterAgain = reenter;
      await enroll(id);
      await sign();
      signing = every(pace.every, sign);
    },
    sign,
    async stop() {
      await signing?.stop();
      try {
        const own = (await store.nodes.all()).find(({ _id }) => _id === id);
        if (own !== undefined) await store.nodes.lapse(own._id, own.beats);
      } catch (error) {
        logger.warn(`the others find out by themselves that this process stops (${String(error)})`);
      }
    },
  };
}
