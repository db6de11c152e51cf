/**
 * This process as a node among others. It has a node id, which rooms and commits name, and gives a sign of life: every 5 s
 * it raises a counter in the store. If the counter of a process stands still, the other processes declare it dead.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock';
import { logger } from '../logger';
import type { Store } from '../stores/store';
import { every, type Repeated } from '../timers';

/** How long things take, in ms. */
export interface SignPace {
  /** The time from one sign of life to the next. */
  every: number;
  /** The time to the next try after a sign of life that failed. */
  retry: number;
  /** If our last sign of life is older than this, the others may soon declare us dead, so we let nobody enter. */
  stale: number;
}
const SIGN_PACE: SignPace = { every: 5_000, retry: 1_000, stale: 10_000 };

export interface OwnNode {
  /** The node id of this process. It changes when other processes have declared this process dead. */
  id: () => string;
  /** Whether the places of our sockets are safe: our last sign of life is fresh, and nobody has declared us dead. */
  isAlive: () => boolean;
  /** Whether the store took our last sign of life, and this was not long ago. */
  hasSigned: () => boolean;
  /**
   * Makes this process's record in the store, and gives signs of life from now on.
   * @param reenter is called when the node id has changed: it must enter every socket of this process into its room again.
   */
  start(reenter: () => Promise<void>): Promise<void>;
  /**
   * Gives a sign of life now, or waits for the one that is under way: two at once, of a process that was declared dead,
   * would each take a new id, and the first of them would keep places. @returns if it failed: after how many ms to try again.
   */
  sign: () => Promise<number | undefined>;
  /** Marks our own record as dead, so that the other processes free our sockets' places at once. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  pace?: SignPace;
}

/** Has an id at once; the store knows it after `start`. */
export function createOwnNode({ store, clock, pace = SIGN_PACE }: Deps): OwnNode {
  let id: string = randomUUID();
  /** By our own monotonic clock, because a wall clock may be moved. */
  let lastSignAt = -Infinity;
  let hasFailed = false;
  /** How many calls of `enterAgain` have begun and not ended. */
  let reentering = 0;
  let signing: Repeated | undefined;
  let underWay: ReturnType<typeof signOnce> | undefined;
  let enterAgain = (): Promise<void> => Promise.resolve();

  /**
   * Makes a record in the store, and only then uses its id. If we wrote under an id without a record and died, no other
   * process would notice, and our sockets' places would never be freed.
   */
  async function enroll(newId: string): Promise<void> {
    const sentAt = performance.now();
    clock.set(await store.nodes.enroll(newId));
    id = newId;
    lastSignAt = sentAt;
  }

  function sign(): Promise<number | undefined> {
    return (underWay ??= signOnce().finally(() => (underWay = undefined)));
  }

  async function signOnce(): Promise<number | undefined> {
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

  /** Other processes have declared us dead and freed our sockets' places. We take a new id and enter the sockets again. */
  async function comeBack(): Promise<void> {
    lastSignAt = -Infinity;
    reentering++;
    try {
      await enroll(randomUUID());
    } catch (error) {
      reentering--;
      throw error;
    }
    // We do not await this: entering many sockets must not delay the next sign of life.
    void enterAgain().finally(() => reentering--);
  }

  return {
    id: () => id,
    // If we are the only process on the store, nobody can declare us dead.
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
