/**
 * The list of rooms as the sockets that hear it know it. What this process does is told at once; what others did is
 * found once a second by a look at the newest page.
 */
import { logger } from '../logger';
import { ROOMS_A_PAGE, summaryOf } from './rooms';
import type { Store } from '../stores/store';
import type { RoomSummary } from '../types/events';

const EVERY = 1_000;

export interface RoomList {
  created: (room: RoomSummary) => void;
  /** More than once does no harm. */
  removed: (roomId: string) => void;
  /** Looks once at what others did, and tells it. */
  look(): Promise<void>;
  /** Looks once a second. */
  start(): void;
  stop(): void;
}

interface Deps {
  store: Store;
  tell: {
    created: (room: RoomSummary) => void;
    removed: (roomId: string) => void;
    counted: (room: RoomSummary) => void;
  };
}

export function createRoomList({ store, tell }: Deps): RoomList {
  /** The rooms of the newest page as they were last told or seen; undefined before the first look. */
  let known: Map<string, RoomSummary> | undefined;
  /** What is below was not on that page: it is not new when it comes up. */
  let floor = '';
  /** Those that went while a look was under way. */
  const gone = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    gone.clear();
    const asked = [...(known?.keys() ?? [])];
    const page = (await store.rooms.list(undefined, ROOMS_A_PAGE)).map(summaryOf).reverse();
    const before = known;
    const now = new Map(page.filter(({ _id }) => !gone.has(_id)).map((room) => [room._id, room]));
    if (before !== undefined) for (const room of now.values()) compare(before.get(room._id), room);
    const lowest = page.length < ROOMS_A_PAGE ? '' : (page[0]?._id ?? '');
    for (const id of asked) if (before?.has(id) && !now.has(id) && id >= lowest) tell.removed(id);
    // What we ourselves made meanwhile may be missing on the page.
    for (const [id, room] of before ?? []) if (!asked.includes(id) && !now.has(id)) now.set(id, room);
    known = now;
    floor = lowest;
  }

  function compare(before: RoomSummary | undefined, room: RoomSummary): void {
    if (before === undefined) {
      if (room._id >= floor) tell.created(room);
    } else if (before.count !== room.count || before.owner !== room.owner) tell.counted(room);
  }

  async function lookOn(): Promise<void> {
    await look().catch((error: unknown) => {
      logger.warn(`the list of rooms is looked at again (${String(error)})`);
    });
    if (!isStopped) timer = setTimeout(() => void lookOn(), EVERY);
  }

  return {
    created(room) {
      // A look may have been quicker.
      if (known?.has(room._id)) return;
      known?.set(room._id, room);
      tell.created(room);
    },
    removed(roomId) {
      known?.delete(roomId);
      gone.add(roomId);
      tell.removed(roomId);
    },
    look,
    start: () => void lookOn(),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
