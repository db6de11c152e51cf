/**
 * Tells the sockets of the list what happens to rooms. Changes by this process are told at once. Changes by other processes
 * are found by reading the newest page of the list once a second.
 */
import type { ListListener } from './listener';
import { ROOMS_A_PAGE } from './rooms';
import { summaryOf } from './summary';
import { logger } from '../logger';
import type { Store } from '../stores/store';
import { every, type Repeated } from '../timers';
import type { RoomSummary } from '../types/events';
import type { ListedRoom } from '../types/room';

/** From one look to the next, in ms. */
const EVERY = 1_000;

export interface RoomList {
  /** A room was created. */
  created: (room: RoomSummary) => void;
  /** A room was closed. It may be called more than once for a room. */
  removed: (roomId: string) => void;
  /** The number of people in a room, or its owner, changed. A state older than the last one that was told is ignored. */
  counted: (room: ListedRoom) => void;
  /** Reads the newest page once, and tells what other processes did. */
  look(): Promise<void>;
  /** Looks at once, and then every second. */
  start(): void;
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  listener: ListListener;
}

/** The state of a room that was last told or read. A room that this process has just created has the version 0 here. */
interface Known {
  version: number;
  count: number;
  owner: string;
}

/** Looks at the store only after `start`. A process that has the store for itself need not start it. */
export function createRoomList({ store, listener }: Deps): RoomList {
  /** The rooms of the newest page; undefined before the first look. */
  let known: Map<string, Known> | undefined;
  /**
   * The lowest id on that page. A room with a lower id was not on it; when it moves up to the page, because newer rooms are
   * gone, it is not a new room.
   */
  let floor = '';
  /** Rooms that were removed since the present look began. */
  const gone = new Set<string>();
  let looking: Repeated | undefined;

  async function look(): Promise<void> {
    gone.clear();
    const before = known ?? new Map<string, Known>();
    const isFirst = known === undefined;
    const asked = [...before.keys()];
    const page = (await store.rooms.list(undefined, ROOMS_A_PAGE)).reverse();
    const lowest = page.length < ROOMS_A_PAGE ? '' : (page[0]?._id ?? '');
    const now = new Map<string, Known>();
    for (const room of page) {
      if (gone.has(room._id)) continue;
      const last = before.get(room._id);
      // After a failover, a stale replica may show an older state than the one that was told.
      const isOlder = last !== undefined && room.version < last.version;
      if (!isFirst && !isOlder) tellChange(last, room);
      now.set(room._id, isOlder ? last : room);
    }
    for (const id of asked) {
      const last = before.get(id);
      if (last === undefined || now.has(id) || gone.has(id) || id < lowest) continue;
      if (await isOpen(id)) now.set(id, last);
      else if (!gone.has(id)) listener.removed(id);
    }
    // A room that this process created while we were reading may be missing on the page.
    for (const [id, room] of before)
      if (!asked.includes(id) && !gone.has(id) && !now.has(id)) now.set(id, room);
    for (const id of gone) now.delete(id);
    known = now;
    floor = lowest;
  }

  function tellChange(before: Known | undefined, room: ListedRoom): void {
    if (before === undefined) {
      if (room._id >= floor) listener.created(summaryOf(room));
    } else if (before.count !== room.count || before.owner !== room.owner) listener.counted(room);
  }

  /** A room that is missing on the page may still be there: perhaps only a stale replica did not know it. So we read it. */
  async function isOpen(id: string): Promise<boolean> {
    const room = await store.rooms.get(id);
    return room?.closedAt === null;
  }

  async function lookAgain(): Promise<undefined> {
    await look().catch((error: unknown) => {
      logger.warn(`the list of rooms is looked at again (${String(error)})`);
    });
  }

  return {
    created(room) {
      // A look may have found the room already, and told it.
      if (known?.has(room._id)) return;
      known?.set(room._id, { version: 0, count: room.count, owner: room.owner });
      listener.created(room);
    },
    removed(roomId) {
      known?.delete(roomId);
      gone.add(roomId);
      listener.removed(roomId);
    },
    counted(room) {
      const last = known?.get(room._id);
      if (last !== undefined && room.version < last.version) return;
      if (last !== undefined) known?.set(room._id, room);
      listener.counted(room);
    },
    look,
    start() {
      void lookAgain();
      looking = every(EVERY, lookAgain);
    },
    stop: async () => looking?.stop(),
  };
}
