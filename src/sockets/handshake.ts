/**
 * What is known of a connection from the request that opened it. Engine.io keeps that request as long as the connection
 * lives, and with it the session and the response: 5 kB for each person. So what is needed is read once, and the request
 * is let go: `socket.request` is null, and `socket.handshake` has neither headers nor query.
 */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';

type Connection = Socket['conn'];

/**
 * To be called once, before anybody connects to the engine.
 * @param read is called once for each connection, after the middlewares of the engine.
 * @returns what was read for a connection, however late it is asked for.
 */
export function readHandshakes<T>(
  engine: Server['engine'],
  read: (request: IncomingMessage) => T,
): (connection: Connection) => T | undefined {
  const known = new WeakMap<Connection, T>();
  const responses = new WeakMap<IncomingMessage, object>();

  engine.use((request: IncomingMessage, response: object, next: () => void) => {
    // A polling request has a response of Node's, which ends with it.
    if (!(response instanceof ServerResponse)) responses.set(request, response);
    next();
  });
  // From here on engine.io answers a websocket's request on the bare socket and never by the response.
  engine.on('headers', (_headers: object, request: IncomingMessage) => {
    letGo(responses.get(request));
  });
  engine.on('connection', (connection: Connection) => {
    known.set(connection, read(connection.request));
    // As for WebTransport, where there is no request, so engine.io and Socket.IO do without.
    Object.assign(connection, { request: null });
  });
  return (connection) => known.get(connection);
}

/**
 * A `close` listener of engine.io keeps a websocket's response as long as its socket. It cannot be taken off, so the
 * response is emptied: of its request, and of the two methods that express-session replaced, which know the request too.
 */
function letGo(response: object | undefined): void {
  if (response !== undefined)
    Object.assign(response, { req: undefined, writeHead: undefined, end: undefined });
}
