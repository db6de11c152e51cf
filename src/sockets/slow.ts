/** Who reads more slowly than the room speaks is cut off, not remembered without end: back again, a client fetches what it missed. */
import type { Server, Socket } from 'socket.io';
import { logger } from '../logger';

/**
 * What may wait for one connection while it takes nothing, in UTF-16 units: more than twice the longest answer, which is
 * that to a join with 200 chats of 2,000 characters, each of two units at most in JSON (an emoji, a line end).
 */
const MAX_WAITING = 2 * 2 ** 20;

/** @param engine where connections come in, whatever carries them; `flush` hands all that waits to the transport. */
export function cutOffSlow(engine: Server['engine']): void {
  engine.on('connection', (connection: Socket['conn']) => {
    let waiting = 0;
    connection.on('packetCreate', ({ data }: { data?: unknown }) => {
      if (typeof data === 'string') waiting += data.length;
      if (waiting <= MAX_WAITING) return;
      waiting = 0;
      logger.warn('a connection that reads too slowly is cut off');
      connection.close(true);
    });
    connection.on('flush', () => {
      waiting = 0;
    });
  });
}
