/**
 * A store that never goes back. After a failover a database may show a state for a moment that is older than one it
 * showed before (a stale replica). Everything above relies on newer states only, so older ones are read again here.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Store } from './store';

/** Of how many rooms the newest version is remembered, those used last. */
const REMEMBERED = 10_000;
/** Between two reads of a state that is too old, and how long that goes on, in ms. */
const PAUSE = 50;
const PATIENCE = 5_000;

/**
 * The same store; reading a room gives no older version of it than was read or committed before, and marks that are
 * older are left out.
 * @param patience how long a state that is too old is read again, in ms.
 * @throws Error from `rooms.get` when the store shows nothing newer in that time.
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
