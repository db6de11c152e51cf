/** The namespace `/room`: the list of rooms. Its sockets only listen, so they need no session. */
import type { IoNamespace } from './io';
import { logger } from '../logger';
import type { ListListener } from '../services/listener';
import type { RoomSummary } from '../types/events';

/** At most so often, in ms, new and removed rooms are sent: a crowd that makes rooms must not keep every list busy. */
const ROOMS_EVERY = 200;
/** Changes of people and owners are collected for so long, in ms, and sent together. */
const COUNTS_EVERY = 1_000;

/** Sends the changes of the list to all sockets of this namespace. */
export function roomNamespace(list: IoNamespace): ListListener {
  /** New and removed rooms that are not sent yet. */
  const created = new Map<string, RoomSummary>();
  const removed = new Set<string>();
  const counted = new Map<string, Pick<RoomSummary, '_id' | 'count' | 'owner'>>();
  const tellRooms = atMostEvery(ROOMS_EVERY, () => {
    for (const room of created.values()) list.emit('newRoom', room);
    for (const id of removed) list.emit('removeRoom', id);
    created.clear();
    removed.clear();
  });
  let timer: NodeJS.Timeout | undefined;

  list.on('connection', (socket) => {
    socket.on('disconnect', (reason) => {
      logger.debug(`/room ${socket.id} is gone (${reason})`);
    });
  });

  function tellCounts(): void {
    timer = undefined;
    // All rooms that changed may have been removed since then.
    if (counted.size > 0) list.emit('updateRooms', [...counted.values()]);
    counted.clear();
  }

  return {
    created(room) {
      created.set(room._id, room);
      tellRooms();
    },
    removed(roomId) {
      counted.delete(roomId);
      created.delete(roomId);
      // Also if it was never sent: a page that was just rendered may show it.
      removed.add(roomId);
      tellRooms();
    },
    counted({ _id, count, owner }) {
      counted.set(_id, { _id, count, owner });
      timer ??= setTimeout(tellCounts, COUNTS_EVERY).unref();
    },
  };
}

/** @returns a function that does the work at once, or, if it was done less than `ms` ago, when that time has passed. */
function atMostEvery(ms: number, work: () => void): () => void {
  let doneAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  function run(): void {
    timer = undefined;
    doneAt = performance.now();
    work();
  }
  return () => {
    if (timer !== undefined) return;
    const pause = doneAt + ms - performance.now();
    if (pause <= 0) run();
    else timer = setTimeout(run, pause).unref();
  };
}
