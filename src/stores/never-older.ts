/**
 * After a failover, a database may for a moment show an older version of a room than it showed before (a stale replica).
 * The services do not expect that. So we remember the newest version of each room, and read again if an older one comes.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Store } from './store';

/** For how many rooms we remember the newest version: the rooms that were used last. */
const REMEMBERED = 10_000;
/** In ms: the pause before we read again, and for how long we try. */
const PAUSE = 50;
const PATIENCE = 5_000;

/**
 * The same store, but `rooms.get` gives no older version of a room than one that was read or committed before, and
 * `rooms.marks` leaves older marks out.
 * @param patience how long `rooms.get` reads older versions again, in ms.
 * @throws Error from `rooms.get`, if the store shows only older versions for so long.
 */
export function neverOlder(store: Store, patience = PATIENCE): Store {
  const newest = new Map<string, number>();

  function isOlder({ _id, version }: { _id: string; version: number }): boolean {
    return version < (newest.get(_id) ?? 0);
  }

  function remember({ _id, version }: { _id: string; version: number }): void {
    newest.delete(_id);
    newest.set(_id, version);
    for (const oldest of newest.keys()) {
      if (newest.size <= REMEMBERED) break;
      newest.delete(oldest);
    }
  }

  return {
    ...store,
    rooms: {
      ...store.rooms,
      async get(id) {
        const end = performance.now() + patience;
        for (;;) {
          const room = await store.rooms.get(id);
          if (room === undefined) return undefined;
          if (!isOlder(room)) {
            remember(room);
            return room;
          }
          if (performance.now() > end) throw new Error(`room ${id}: the store shows an older state only`);
          await wait(PAUSE);
        }
      },
      async commit(from, to, chats) {
        const isFirst = await store.rooms.commit(from, to, chats);
        if (isFirst && !isOlder(to)) remember(to);
        return isFirst;
      },
      async marks(ids) {
        const marks = await store.rooms.marks(ids);
        return marks.filter((mark) => !isOlder(mark));
      },
      async remove(id) {
        await store.rooms.remove(id);
        newest.delete(id);
      },
    },
  };
}
