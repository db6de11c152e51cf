/**
 * The list of rooms as the sockets that hear it know it. What this process does is told at once; what others did is
 * found once a second by a look at the newest page.
 */
import type { ListListener } from './listener';
import { ROOMS_A_PAGE, summaryOf } from './rooms';
import { logger } from '../logger';
import type { Store } from '../stores/store';
import { every, type Repeated } from '../timers';
import type { RoomSummary } from '../types/events';
import type { ListedRoom } from '../types/room';

const EVERY = 1_000;

export interface RoomList {
  created: (room: RoomSummary) => void;
  /** More than once does no harm. */
  removed: (roomId: string) => void;
  /** Somebody came or went, or the owner changed; a state that is older than one that was told is no news. */
  counted: (room: ListedRoom) => void;
  /** Looks once at what others did, and tells it. */
  look(): Promise<void>;
  /** Looks now and then once a second. */
  start(): void;
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  listener: ListListener;
}

/** What was last told or seen of a room; of one that this process has just made, no version yet. */
interface Known {
  version: number;
  count: number;
  owner: string;
}

export function createRoomList({ store, listener }: Deps): RoomList {
  /** The rooms of the newest page; undefined before the first look. */
  let known: Map<string, Known> | undefined;
  /** Rooms below this id were not on that page: they are not new when they come up. */
  let floor = '';
  /** Rooms that went while a look was under way. */
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
      // A stale replica may show an older state than the one that was told.
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
    // Rooms that this process made meanwhile may be missing on the page.
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

  /** A room that is missing on one page may be missing on a stale replica only. */
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
      // A look may have been quicker.
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
