/** Opens bare WebSockets beside Socket.IO, within the lab's bounds, and ends them. */
import { ServerResponse, STATUS_CODES, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type Server, type WebSocket } from 'ws';
import type { Bounds } from './bounds';
import { CLOSE_CODES, type Ending } from './ending';
import { ExplainingWebSocket } from './explaining-web-socket';
import { createPace } from './pace';
import type { Seats } from './seats';
import { visitorOf } from './visitor';
import type { Trust } from '../../middlewares/address';
import type { Words } from '../../locales';
import { wordsFor } from '../../middlewares/language';

const OPTIONS = {
  // With `server` and `path`, ws would answer 400 to Socket.IO's upgrades.
  noServer: true,
  WebSocket: ExplainingWebSocket,
  /** How long a client may take to answer our closing, in ms, before its connection is cut. */
  closeTimeout: 2_000,
} as const;

interface WebSocketDoor {
  /** @returns a server that emits `connection` for each WebSocket at one of these paths, if it got a seat. */
  open(...paths: string[]): WebSocketServer;
  /** Upgrades at other paths are left to the server's other listeners. Socket.IO ends those that no listener takes. */
  attach(server: HttpServer): void;
}

interface Given {
  seats: Seats;
  bounds: Bounds;
  trust: Trust;
  isSameOrigin: (req: IncomingMessage) => boolean;
  /** The session's middleware. It works with Node's own request and response, without Express. */
  session(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void;
}

/** Opens nothing before `attach` is called. */
export function webSocketDoor(given: Given): WebSocketDoor {
  const { seats, bounds, trust, isSameOrigin } = given;
  const servers = new Map<string, Server<typeof ExplainingWebSocket>>();

  return {
    open(...paths) {
      const server = new WebSocketServer({ ...OPTIONS, maxPayload: bounds.messageBytes });
      for (const path of paths) servers.set(path, server);
      return server;
    },
    attach(http) {
      http.on('upgrade', (req: IncomingMessage, connection: Duplex, head: Buffer) => {
        const server = servers.get((req.url ?? '').replace(/\?.*/, ''));
        if (server === undefined) return;
        if (!isSameOrigin(req)) refuse(connection, 403);
        // A WebSocket whose session is still being read has no seat yet. The number of these is bounded here.
        else if (server.clients.size >= bounds.sockets) refuse(connection, 503);
        // We accept first and check then, for two reasons. Socket.IO ends every upgrade that has no answer after a second.
        // And a browser shows its reader why an open WebSocket was closed, but not why one was refused.
        else server.handleUpgrade(req, connection, head, (socket) => void admit(server, socket, req));
      });
    },
  };

  async function admit(
    server: Server<typeof ExplainingWebSocket>,
    socket: ExplainingWebSocket,
    req: IncomingMessage,
  ): Promise<void> {
    const words = wordsFor(req);
    socket.explainIn(words);
    // Without a listener, the error of one socket would end the process.
    socket.on('error', () => undefined);
    // Messages that arrive before the example listens would be lost.
    socket.pause();
    const isRead = await readSession(req);
    socket.resume();
    if (socket.readyState !== socket.OPEN) return;
    const seat = seats.take(visitorOf(req, trust), (why) => endSocket(socket, why, words));
    const refused = 'refused' in seat ? seat.refused : isRead ? undefined : 'storeAway';
    if ('leave' in seat) socket.on('close', () => seat.leave());
    if (refused !== undefined) {
      endSocket(socket, refused, words);
      return;
    }
    watchMessages(socket, words);
    watchLife(socket, words);
    server.emit('connection', socket, req);
  }

  /** @returns false when the store of the sessions does not answer. */
  function readSession(req: IncomingMessage): Promise<boolean> {
    return new Promise((resolve) => {
      // This answer is never sent, since the upgrade was answered already.
      given.session(req, new ServerResponse(req), (error) => resolve(error === undefined));
    });
  }

  function watchMessages(socket: WebSocket, words: Words): void {
    const isTooFast = createPace(bounds.messagesPerSecond);
    const count = () => {
      if (isTooFast()) endSocket(socket, 'tooFast', words);
    };
    socket.on('ping', count);
    socket.on('message', (_data, isBinary) => {
      if (isBinary) endSocket(socket, 'binary', words);
      else count();
    });
  }

  /** Ends a WebSocket that answers no ping, such as one that has sent half a frame: no pong may be inside a frame. */
  function watchLife(socket: WebSocket, words: Words): void {
    let isAlive = true;
    socket.on('pong', () => {
      isAlive = true;
    });
    const timer = setInterval(() => {
      if (!isAlive) endSocket(socket, 'silent', words);
      isAlive = false;
      socket.ping();
    }, bounds.heartbeat);
    socket.on('close', () => {
      clearInterval(timer);
    });
  }
}

/** From now on, nothing that this socket sends is read. */
export function endSocket(socket: WebSocket, why: Ending, { endings }: Pick<Words, 'endings'>): void {
  socket.removeAllListeners('message');
  socket.close(CLOSE_CODES[why], endings[why]);
}

function refuse(connection: Duplex, status: 403 | 503): void {
  connection.on('error', () => undefined);
  connection.end(
    `HTTP/1.1 ${String(status)} ${String(STATUS_CODES[status])}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
