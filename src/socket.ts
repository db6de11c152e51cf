/** Socket.IO on the HTTP server: its two namespaces, the check of connecting clients, and their identity. */
import { ServerResponse, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import proxyAddress from 'proxy-addr';
import { Server, type Socket } from 'socket.io';
import type { Language } from './locales';
import { logger } from './logger';
import { networkOf, originOf, type Trust } from './middlewares/address';
import { languageOf } from './middlewares/language';
import type { SameOrigin } from './middlewares/same-origin';
import { renew } from './middlewares/session';
import { tarpit } from './middlewares/tarpit';
import type { Services } from './services';
import { boundBacklog } from './sockets/backlog';
import { chatNamespace } from './sockets/chat';
import { boundEvents } from './sockets/event-rate';
import { createHall } from './sockets/hall';
import { readHandshakes } from './sockets/handshake';
import { closeIdle, type IdlePace } from './sockets/idle';
import type { Io } from './sockets/io';
import { roomNamespace } from './sockets/room';
import { createSeats, type SeatBounds } from './sockets/seats';
import { createTelling } from './sockets/telling';
import { createTyping } from './sockets/typing';
import { every } from './timers';

/** The largest event that is read, in bytes: more than a chat of 2,000 characters needs, even in the longest encoding. */
const MAX_EVENT_BYTES = 32_768;
/** How often we ask the store what other processes did in the rooms that our sockets hear, in ms. */
const LOOK_EVERY = 500;

interface Deps {
  services: Services;
  session: RequestHandler;
  trust: Trust;
  isSameOrigin: SameOrigin['isSameOrigin'];
  /** Whether other processes use the same store. */
  isShared: boolean;
  seats: SeatBounds;
  /** Whether a connection may send only so many events. */
  rateLimits: boolean;
  /** For tests. */
  idlePace: IdlePace | undefined;
}

/** What we keep of a handshake. */
interface Visitor {
  userId: string | undefined;
  address: string;
  language: Language;
}

interface WebSocket {
  /** The lab adds its own namespaces to it. */
  io: Server;
  /** The person who opened a socket's connection, their network and their language, as they were at the handshake. */
  visitorOf: (socket: Pick<Socket, 'conn'>) => Visitor | undefined;
  /** Ends every connection. The HTTP server does not listen any more then. */
  close(): Promise<void>;
}

/**
 * Connects Socket.IO to the HTTP server, and the services to the sockets. The server's request listener must be there
 * already: Socket.IO takes its own requests and passes the others on to it.
 */
export function webSocket(
  server: HttpServer,
  { services, session, trust, isSameOrigin, isShared, seats: bounds, rateLimits, idlePace }: Deps,
): WebSocket {
  const io: Io = new Server(server, {
    maxHttpBufferSize: MAX_EVENT_BYTES,
    // The lab's pages make namespaces. Each is removed with its last socket.
    cleanupEmptyChildNamespaces: true,
    allowRequest: (req, allow) => {
      void refusalOf(req).then(async (refusal) => {
        if (refusal !== undefined) await tarpit();
        allow(refusal, refusal === undefined);
      });
    },
  });
  const backlog = boundBacklog(io.engine);
  if (rateLimits) boundEvents(io.engine);
  io.engine.on('headers', (sent: Record<string, string>) => {
    sent['X-Content-Type-Options'] = 'nosniff';
  });
  // A connection may poll with many requests. Only the first one, the handshake, reads the session.
  io.engine.use((req: Handshake, res: Response, next: NextFunction) => {
    // Engine.io answers other methods on an open connection with 500, as if that were a mistake of ours. It never answers a
    // plain request that names the transport of a websocket; only an upgrade, which has another kind of response, may.
    const isNoUpgrade = res instanceof ServerResponse && req._query['transport'] === 'websocket';
    if ((req.method !== 'GET' && req.method !== 'POST') || isNoUpgrade) {
      next(new Error('a connection takes no such request'));
      return;
    }
    // A handshake is a request without a `sid`; for engine.io an empty `sid` is none.
    if (req._query['sid']) {
      next();
      return;
    }
    session(req, res, (error?: unknown) => {
      // A page that stays open is a visit each time it connects.
      if (error === undefined && req.session.userId !== undefined) void renew(req).then(() => next());
      else next(error);
    });
  });

  const chat = io.of('/chat');
  const { node, rooms, history } = services;
  const hall = createHall(chat);
  const telling = createTelling({ hall, node, rooms, history, list: services.list });
  const typing = createTyping(hall.tellTyping);
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
      since: handshake.session?.since,
      ...originOf(proxyAddress(request, trust)),
      language: languageOf(request),
    };
  });
  // This must stand behind `readHandshakes`: the handshake tells the address, and must have been read.
  const seats = createSeats(io.engine, bounds, {
    ofRequest: addressOf,
    ofConnection: (connection) => known(connection)?.address ?? '',
  });

  /** Why this handshake is refused, for the client; undefined if it is not. */
  async function refusalOf(request: IncomingMessage): Promise<string | undefined> {
    if (!isSameOrigin(request)) return 'another site';
    const noSeat = seats.refusalOf(request);
    if (noSeat !== undefined) return noSeat;
    return services.limits.spend('connect', originOf(proxyAddress(request, trust))).then(
      () => undefined,
      () => 'too many new connections from this address',
    );
  }

  function addressOf(request: IncomingMessage): string {
    return networkOf(proxyAddress(request, trust));
  }

  chat.use((socket, next) => {
    Object.assign(socket.data, {
      ...known(socket.conn),
      rooms: new Map(),
      turn: Promise.resolve(),
      isAnswered: false,
      idleSince: performance.now(),
    });
    next();
  });
  chatNamespace(chat, { services, hall, telling, backlog });
  const idling = closeIdle(chat, idlePace);
  services.subscribe({
    ...roomNamespace(io.of('/room')),
    changed(news) {
      telling.changed(news);
      for (const { kind, userId, color } of news.said)
        if (kind === 'chat' || kind === 'exit' || kind === 'kick')
          typing.note(news.room._id, { id: userId, color }, false);
    },
    gone: telling.gone,
    whispered: hall.whispered,
    typed: typing.note,
    held: hall.held,
  });

  return {
    io,
    visitorOf: ({ conn }) => known(conn),
    async close() {
      await Promise.all([looking?.stop(), idling.stop()]);
      typing.stop();
      backlog.stop();
      await io.close();
    },
  };
}

/** The request that engine.io gives to its middlewares. */
interface Handshake extends Request {
  _query: Record<string, string>;
}
