/** Ends a connection at once, with everything that still waits for it. */
import type { Socket } from 'socket.io';
import { WebSocket } from 'ws';

export type Connection = Socket['conn'];

/** The websocket under a connection; undefined while the connection polls. */
export function webSocketOf({ transport }: Connection): WebSocket | undefined {
  return 'socket' in transport && transport.socket instanceof WebSocket ? transport.socket : undefined;
}

/**
 * Ends the connection. For its client this is a lost connection, so our page connects and joins again. A polite end would
 * not do: for 30 s `ws` waits for the peer's answer, and keeps everything that the peer did not read.
 */
export function cutOff(connection: Connection): void {
  const webSocket = webSocketOf(connection);
  connection.close(true);
  webSocket?.terminate();
}
