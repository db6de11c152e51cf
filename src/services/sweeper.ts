/**
 * Does all work that depends on time alone: ends places, closes rooms that were empty for too long, clears closed rooms, and
 * erases chats that were taken back.
 */
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import type { Gifs } from './gifs';
import { logger } from '../logger';
import type { Moment } from '../rules/room';
import { erased } from '../rules/takeback';
import { cleared, tick } from '../rules/time';
import { longestWait, wasCleared } from '../rules/waits';
import type { Store } from '../stores/store';
import { every, type Repeated } from '../timers';
import type { Room } from '../types/room';

/** From one sweep to the next, in ms. */
const EVERY = 1_000;
const ROOMS_AT_A_TIME = 100;
const CHATS_AT_A_TIME = 1_000;

export interface Sweeper {
  /** Sweeps once a second, or as often as it was told. */
  start(): void;
  /**
   * Looks at the rooms that are due. If the store fails, the next sweep looks at them again.
   * @returns whether more rooms may be due.
   */
  sweep(): Promise<boolean>;
  /** Starts to clear a closed room. It is not awaited, because a room with a long log must not delay other rooms. */
  clearSoon(room: Room): void;
  /** Resolves when no room is being cleared any more. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  graces: Omit<Moment, 'now'>;
  changer: RoomChanger;
  gifs: Gifs;
  /** Tells the list that the room is gone. It may be called more than once for a room. */
  onRemoved: (roomId: string) => void;
  /** From one sweep to the next, in ms. */
  pause?: number;
}

/** Sweeps nothing before `start`. */
export function createSweeper({
  store,
  clock,
  graces,
  changer,
  gifs,
  onRemoved,
  pause = EVERY,
}: Deps): Sweeper {
  /** The rooms that are being cleared. */
  const clearing = new Map<string, Promise<void>>();
  /** Rooms that could not be cleared. Every sweep tries them again, in addition to its usual number of rooms. */
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
    logger.debug(`sweep: room ${id} is due`);
    if (isToClear) clearSoon(room);
    else if (room.erasing.length > 0) await erase(room);
    else await changer.changeAlways(id, { apply: tick });
  }

  /** Erases chats that were taken back. After a crash in between the room is still due, and the next sweep does it again. */
  async function erase({ _id, erasing }: Room): Promise<void> {
    const seqs = erasing.map(({ seq }) => seq);
    try {
      for (const { gif } of erasing) if (gif !== undefined) await gifs.erase(gif);
      await store.chats.erase(_id, seqs);
      await changer.changeAlways(_id, { apply: (room, at) => erased(room, seqs, at) });
    } catch (error) {
      logger.warn(`room ${_id}: what was taken back is erased by a later sweep (${String(error)})`);
    }
  }

  /** Starts to clear a room, unless it is being cleared already. */
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

  /**
   * Removes the chats and files of a room. The first time the record stays, so that late requests find the room closed; the
   * second time it is removed, too. After a crash in between, the room is still due and the next sweep goes on.
   */
  async function clear(room: Room): Promise<void> {
    onRemoved(room._id);
    while ((await store.chats.clear(room._id, CHATS_AT_A_TIME)) === CHATS_AT_A_TIME) {
      if (isStopped) return;
    }
    await gifs.removeRoom(room._id);
    logger.debug(`room ${room._id} is cleared`);
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
