/** `/room`: the list of rooms. It only listens, and needs no session. */
import type { IoNamespace } from './io';
import { logger } from '../logger';

export function roomNamespace(room: IoNamespace): void {
  room.on('connection', (socket) => {
    socket.on('disconnect', (reason) => {
      logger.debug(`/room ${socket.id} is gone (${reason})`);
    });
  });
}
