/** Socket.IO on the HTTP server: the two namespaces, who may connect, and who it is that connects. */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import proxyAddress from 'proxy-addr';
import { Server, type Socket } from 'socket.io';
import { logger } from './logger';
import { networkOf, type Trust } from './middlewares/address';
import type { SameOrigin } from './middlewares/same-origin';
import type { Services } from './services';
import { chatNamespace } from './sockets/chat';
import { createHall } from './sockets/hall';
import { readHandshakes } from './sockets/handshake';
import type { Io } from './sockets/io';
import { roomNamespace } from './sockets/room';
import { cutOffSlow } from './sockets/slow';
import { createTelling } from './sockets/telling';
import { every } from './timers';

/** The largest event that is read, in bytes: a chat of 2,000 characters, whatever they are, with room to spare. */
const MAX_EVENT_BYTES = 32_768;
/** How often it is asked what other processes did in the rooms that our sockets hear, in ms. */
const LOOK_EVERY = 500;

interface Deps {
  services: Services;
  session: RequestHandler;
  trust: Trust;
  isSameOrigin: SameOrigin['isSameOrigin'];
  /** Whether other processes use the same store. */
  isShared: boolean;
}

export interface WebSocket {
  /** For the lab's namespaces, which are beside those of the rooms. */
  io: Server;
  /** Who opened a socket's connection, and from which network, as its handshake told. */
  visitorOf: (socket: Pick<Socket, 'conn'>) => { userId: string | undefined; address: string } | undefined;
  /** Ends every connection, and the HTTP server's listening. */
  close(): Promise<void>;
}

/** Connects Socket.IO to the server, and the services to its sockets. The server's own listeners come first. */
export function webSocket(
  server: HttpServer,
  { services, session, trust, isSameOrigin, isShared }: Deps,
): WebSocket {
  const io: Io = new Server(server, {
    maxHttpBufferSize: MAX_EVENT_BYTES,
    // Those of the lab's pages go with their last socket.
    cleanupEmptyChildNamespaces: true,
    allowRequest: (req, allow) => {
      allow(null, isSameOrigin(req));
    },
  });
  cutOffSlow(io.engine);
  // The session is read once a connection, at the handshake, not for each of its polling requests.
  io.engine.use((req: Handshake, res: Response, next: NextFunction) => {
    // As engine.io knows a handshake: an empty `sid` is none.
    if (req._query['sid']) next();
    else session(req, res, next);
  });

  const chat = io.of('/chat');
  const { node, rooms, chats } = services;
  const hall = createHall(chat);
  const telling = createTelling({ hall, node, rooms, chats, list: services.list });
  const looking = isShared ? every(LOOK_EVERY, look) : undefined;

  async function look(): Promise<undefined> {
    await telling.look().catch((error: unknown) => {
      logger.warn(`what other processes did is looked at again (${String(error)})`);
    });
  }

  const known = readHandshakes(io.engine, (request) => {
    const handshake: Partial<Pick<IncomingMessage, 'session'>> = request;
    return {
      userId: handshake.session?.userId,
      address: networkOf(proxyAddress(request, trust)),
    };
  });

  chat.use((socket, next) => {
    Object.assign(socket.data, {
      ...known(socket.conn),
      rooms: new Map(),
      turn: Promise.resolve(),
    });
    next();
  });
  chatNamespace(chat, services, hall, telling);
  services.subscribe({
    ...roomNamespace(io.of('/room')),
    changed: telling.changed,
    gone: telling.gone,
    whispered: hall.whispered,
    typed: hall.typed,
    held: hall.held,
  });

  return {
    io,
    visitorOf: ({ conn }) => known(conn),
    async close() {
      await looking?.stop();
      await io.close();
    },
  };
}

/** What engine.io hands to its middlewares. */
interface Handshake extends Request {
  _query: Record<string, string>;
}
