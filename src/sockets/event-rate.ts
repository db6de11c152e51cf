/** How many events a connection may send, refused ones too. A connection that sends more is cut off. */
import type { Server } from 'socket.io';
import { cutOff, type Connection } from './cut-off';
import { logger } from '../logger';

/**
 * So many events at once, and then so many a second. Our page sends one at a time and waits for its answer, at most a few a
 * second; limits that count for each person refuse even those when they go on.
 */
const MAX_AT_ONCE = 200;
const PER_SECOND = 20;

/** Counts before an event is parsed, since that costs more than to refuse it. Must be called before the first client comes. */
export function boundEvents(engine: Server['engine']): void {
  engine.on('connection', (connection: Connection) => {
    let credit = MAX_AT_ONCE;
    let countedAt = performance.now();
    connection.on('packet', ({ type }: { type: string }) => {
      if (type !== 'message') return;
      const now = performance.now();
      credit = Math.min(MAX_AT_ONCE, credit + ((now - countedAt) / 1_000) * PER_SECOND) - 1;
      countedAt = now;
      if (credit >= 0) return;
      logger.warn('a connection that sends too many events is cut off');
      cutOff(connection);
    });
  });
}
