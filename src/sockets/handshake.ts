/**
 * Reads the request that opens a connection (the handshake), and then releases it. Otherwise engine.io would keep the
 * request, with its session and its response, as long as the connection lives: 5 kB of memory for each person. After this,
 * `socket.request` is null, and `socket.handshake` has neither headers nor a query.
 */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';

type Connection = Socket['conn'];

/**
 * Must be called once, before the first client connects.
 * @param read is called once for each connection, after the middlewares of the engine.
 * @returns a function that gives the result of `read` for a connection. It can be called at any time.
 */
export function readHandshakes<T>(
  engine: Server['engine'],
  read: (request: IncomingMessage) => T,
): (connection: Connection) => T | undefined {
  const known = new WeakMap<Connection, T>();
  const responses = new WeakMap<IncomingMessage, object>();

  engine.use((request: IncomingMessage, response: object, next: () => void) => {
    // The response of a polling request is a ServerResponse, which ends with the request, so we need not release it.
    if (!(response instanceof ServerResponse)) responses.set(request, response);
    next();
  });
  // From now on engine.io answers the request of a websocket directly on the socket, and does not use the response.
  engine.on('headers', (_headers: object, request: IncomingMessage) => {
    letGo(responses.get(request));
  });
  engine.on('connection', (connection: Connection) => {
    known.set(connection, read(connection.request));
    // Engine.io and Socket.IO can do without a request, because a WebTransport connection has none.
    Object.assign(connection, { request: null });
  });
  return (connection) => known.get(connection);
}

/**
 * A `close` listener of engine.io keeps the response of a websocket in memory as long as the socket lives. We cannot remove
 * the listener. So we remove what the response refers to: the request, and two methods that express-session has replaced
 * and that refer to the request, too.
 */
function letGo(response: object | undefined): void {
  if (response !== undefined)
    Object.assign(response, { req: undefined, writeHead: undefined, end: undefined });
}
