/** Everything that time does: places that end, rooms that were empty long enough, closed rooms to clear. */
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import type { Gifs } from './gifs';
import { logger } from '../logger';
import type { Moment } from '../rules/room';
import { cleared, tick } from '../rules/time';
import { longestWait, wasCleared } from '../rules/waits';
import type { Store } from '../stores/store';
import { every, type Repeated } from '../timers';
import type { Room } from '../types/room';

const EVERY = 1_000;
const ROOMS_AT_A_TIME = 100;
const CHATS_AT_A_TIME = 1_000;

export interface Sweeper {
  /** Sweeps once a second, or as often as it was told. */
  start(): void;
  /**
   * Looks at the rooms that are due; what the store refuses is left to the next sweep.
   * @returns whether more may be due.
   */
  sweep(): Promise<boolean>;
  /** Clears a closed room without being waited for: a long log must not hold up what is due elsewhere. */
  clearSoon(room: Room): void;
  /** Resolves when nothing is being cleared. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  graces: Omit<Moment, 'now'>;
  changer: RoomChanger;
  gifs: Gifs;
  /** The list hears that the room is gone; more than once does no harm. */
  onRemoved: (roomId: string) => void;
  /** From one sweep to the next, in ms. */
  pause?: number;
}

export function createSweeper({
  store,
  clock,
  graces,
  changer,
  gifs,
  onRemoved,
  pause = EVERY,
}: Deps): Sweeper {
  const clearing = new Map<string, Promise<void>>();
  /** Rooms that could not be cleared yet: every sweep tries, and they take no turns of others. */
  const failed = new Set<string>();
  let sweeping: Repeated | undefined;
  let isStopped = false;

  async function sweep(): Promise<boolean> {
    try {
      const now = clock.now();
      const limit = ROOMS_AT_A_TIME + clearing.size + failed.size;
      const due = await store.rooms.due(now, limit, now + longestWait(graces));
      await Promise.all(due.filter((id) => !clearing.has(id)).map(lookAt));
      return due.length === limit;
    } catch (error) {
      logger.warn(`the sweep did not finish (${String(error)})`);
      return false;
    }
  }

  async function lookAt(id: string): Promise<void> {
    const room = await store.rooms.get(id);
    if (room === undefined) return;
    const isToClear = room.closedAt !== null && room.dueAt !== null && room.dueAt <= clock.now();
    if (isToClear) clearSoon(room);
    else await changer.changeAlways(id, { apply: tick });
  }

  /** One clearing of a room at a time. */
  function clearSoon(room: Room): void {
    const { _id } = room;
    if (clearing.has(_id)) return;
    const clearingNow = clear(room)
      .then(
        () => failed.delete(_id),
        (error: unknown) => {
          if (!failed.has(_id)) logger.warn(`room ${_id} is cleared by a later sweep (${String(error)})`);
          failed.add(_id);
        },
      )
      .then(() => void clearing.delete(_id));
    clearing.set(_id, clearingNow);
  }

  /** Chats and files go, then, the second time, the record: a crash in between is picked up by the next sweep. */
  async function clear(room: Room): Promise<void> {
    onRemoved(room._id);
    while ((await store.chats.clear(room._id, CHATS_AT_A_TIME)) === CHATS_AT_A_TIME) {
      if (isStopped) return;
    }
    await gifs.removeRoom(room._id);
    if (wasCleared(room)) await store.rooms.remove(room._id);
    else await changer.changeAlways(room._id, { apply: cleared });
  }

  async function rest(): Promise<void> {
    await Promise.all(clearing.values());
  }

  return {
    start() {
      sweeping = every(pause, async () => ((await sweep()) ? 0 : pause));
    },
    sweep,
    clearSoon,
    rest,
    async stop() {
      isStopped = true;
      await sweeping?.stop();
      await rest();
    },
  };
}
