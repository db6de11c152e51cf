/**
 * How many connections there may be: from one address, and in all. A connection by polling and one by websocket count the
 * same, and one that goes over from polling to a websocket stays one.
 */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import { cutOff, type Connection } from './cut-off';
import { logger } from '../logger';

/** The log tells of refusals at most once in so many ms. */
const LOG_EVERY = 60_000;

export interface SeatBounds {
  /** Connections from one address, and in all. */
  socketsPerAddress: number;
  connections: number;
}

export interface Seats {
  /** Whether the request may open a connection. @returns undefined if it may, else the reason for the client. */
  refusalOf(request: IncomingMessage): string | undefined;
}

interface Addresses {
  ofRequest: (request: IncomingMessage) => string;
  ofConnection: (connection: Connection) => string;
}

/** Must be called once, before the first client connects. */
export function createSeats(
  engine: Server['engine'],
  { socketsPerAddress, connections }: SeatBounds,
  { ofRequest, ofConnection }: Addresses,
): Seats {
  const taken = new Map<string, number>();
  let all = 0;
  let loggedAt = -Infinity;

  engine.on('connection', (connection: Connection) => {
    const address = ofConnection(connection);
    // Handshakes take a moment. So more of them than there are seats may have been let through at the same time.
    if (refusalFor(address) !== undefined) {
      cutOff(connection);
      return;
    }
    all += 1;
    taken.set(address, (taken.get(address) ?? 0) + 1);
    connection.on('close', () => {
      all -= 1;
      const left = (taken.get(address) ?? 1) - 1;
      if (left === 0) taken.delete(address);
      else taken.set(address, left);
    });
  });

  function refusalFor(address: string): string | undefined {
    const isFull = all >= connections;
    if (!isFull && (taken.get(address) ?? 0) < socketsPerAddress) return undefined;
    if (performance.now() - loggedAt >= LOG_EVERY) {
      loggedAt = performance.now();
      logger.warn(
        isFull
          ? `connections are refused: there are ${String(all)} (MAX_CONNECTIONS)`
          : `connections from ${address} are refused: it has ${String(socketsPerAddress)} (MAX_SOCKETS_PER_ADDRESS)`,
      );
    }
    return isFull ? 'too many connections' : 'too many connections from this address';
  }

  return { refusalOf: (request) => refusalFor(ofRequest(request)) };
}
