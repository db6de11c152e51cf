/** The namespace `/room`: the list of rooms. Its sockets only listen, so they need no session. */
import type { IoNamespace } from './io';
import { logger } from '../logger';
import type { ListListener } from '../services/listener';
import type { RoomSummary } from '../types/events';

/** Changes of people and owners are collected for so long, in ms, and sent together. */
const COUNTS_EVERY = 1_000;

/** Sends the changes of the list to all sockets of this namespace. */
export function roomNamespace(list: IoNamespace): ListListener {
  const changed = new Map<string, Pick<RoomSummary, '_id' | 'count' | 'owner'>>();
  let timer: NodeJS.Timeout | undefined;

  list.on('connection', (socket) => {
    socket.on('disconnect', (reason) => {
      logger.debug(`/room ${socket.id} is gone (${reason})`);
    });
  });

  function tellCounts(): void {
    timer = undefined;
    // All rooms that changed may have been removed since then.
    if (changed.size > 0) list.emit('updateRooms', [...changed.values()]);
    changed.clear();
  }

  return {
    created: (room) => list.emit('newRoom', room),
    removed(roomId) {
      changed.delete(roomId);
      list.emit('removeRoom', roomId);
    },
    counted({ _id, count, owner }) {
      changed.set(_id, { _id, count, owner });
      timer ??= setTimeout(tellCounts, COUNTS_EVERY).unref();
    },
  };
}
