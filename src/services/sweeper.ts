/** Everything that time does: places that end, rooms that were empty long enough, closed rooms to clear. */
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import type { Gifs } from './gifs';
import { logger } from '../logger';
import { cleared, longestWait, tick, wasCleared, type Moment } from '../rules/room';
import type { Store } from '../stores/store';
import type { Room } from '../types/room';

const EVERY = 1_000;
const ROOMS_AT_A_TIME = 100;
const CHATS_AT_A_TIME = 1_000;

export interface Sweeper {
  /** Sweeps once a second. */
  start: () => void;
  /**
   * Looks at the rooms that are due; what the store refuses is left to the next sweep.
   * @returns whether more may be due.
   */
  sweep(): Promise<boolean>;
  /** Looks at once at a room that has just been closed. */
  clearSoon(room: Room): void;
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  graces: Omit<Moment, 'now'>;
  changer: RoomChanger;
  gifs: Gifs;
  /** The list hears that the room is gone; more than once does no harm. */
  tellRemoved: (roomId: string) => void;
}

export function createSweeper({ store, clock, graces, changer, gifs, tellRemoved }: Deps): Sweeper {
  const clearing = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function sweep(): Promise<boolean> {
    try {
      const now = clock.now();
      const due = await store.rooms.due(now, ROOMS_AT_A_TIME, now + longestWait(graces));
      await Promise.all(due.map(lookAt));
      return due.length === ROOMS_AT_A_TIME;
    } catch (error) {
      logger.warn(`the sweep did not finish (${String(error)})`);
      return false;
    }
  }

  async function sweepOn(): Promise<void> {
    const isMoreDue = await sweep();
    timer = setTimeout(start, isMoreDue ? 0 : EVERY);
  }

  function start(): void {
    if (!isStopped) sweeping = sweepOn();
  }

  async function lookAt(id: string): Promise<void> {
    const room = await store.rooms.get(id);
    if (room === undefined) return;
    const isToClear = room.closedAt !== null && room.dueAt !== null && room.dueAt <= clock.now();
    if (isToClear) await clear(room);
    else await changer.changeAlways(id, { apply: tick });
  }

  /** One clearing of a room at a time. */
  function clear(room: Room): Promise<void> {
    const current = clearing.get(room._id);
    if (current !== undefined) return current;
    const next = clearNow(room).finally(() => clearing.delete(room._id));
    clearing.set(room._id, next);
    return next;
  }

  /** Chats and files go, then, the second time, the record: a crash in between is picked up by the next sweep. */
  async function clearNow(room: Room): Promise<void> {
    tellRemoved(room._id);
    while ((await store.chats.clear(room._id, CHATS_AT_A_TIME)) === CHATS_AT_A_TIME && !isStopped);
    await gifs.removeRoom(room._id);
    if (wasCleared(room)) await store.rooms.remove(room._id);
    else await changer.changeAlways(room._id, { apply: cleared });
  }

  return {
    start,
    sweep,
    clearSoon(room) {
      clear(room).catch((error: unknown) => {
        logger.warn(`room ${room._id} is cleared by a later sweep (${String(error)})`);
      });
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await Promise.allSettled([sweeping, ...clearing.values()]);
    },
  };
}
