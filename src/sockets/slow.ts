/**
 * Cuts off connections that read too slowly. Otherwise the packets that wait for them would fill the memory. When such a
 * client connects again, it fetches the chats that it missed.
 */
import type { Server, Socket } from 'socket.io';
import { logger } from '../logger';

/**
 * How much may wait for one connection while it reads nothing, in UTF-16 units. It is far more than the longest answer,
 * that to a join, which can have 500 people and 64 KiB of missed chats.
 */
const MAX_WAITING = 2 * 2 ** 20;

/**
 * Counts what waits for each connection. At `flush`, everything that waits is passed to the
 * transport, so nothing waits then.
 * @param engine Engine.IO's server, to which all connections come.
 */
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
