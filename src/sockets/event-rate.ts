/** How many events a connection may send, refused ones too. A connection that sends more is cut off. */
import type { Server } from 'socket.io';
import { cutOff, type Connection } from './cut-off';
import { logger } from '../logger';

/**
 * How many events a connection may send at once, and how many a second after that. Our page sends one, waits for its answer,
 * and so sends at most a few a second. If these go on for long, the limits of each person refuse them (services/limits.ts).
 */
const MAX_AT_ONCE = 200;
const PER_SECOND = 20;

/** Counts events before they are parsed, because parsing costs the most. Must be called before the first client connects. */
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
