/** The lab: the lecture's examples, running. It shares the HTTP server and Socket.IO with the rooms, and nothing else. */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Router, type RequestHandler } from 'express';
import proxyAddress from 'proxy-addr';
import type { Server, Socket } from 'socket.io';
import { z } from 'zod';
import { BOUNDS, type Bounds } from './bounds/bounds';
import { httpDoor } from './bounds/http-door';
import { namespaceDoor } from './bounds/namespace-door';
import { createSeats } from './bounds/seats';
import { visitorBy } from './bounds/visitor';
import { webSocketDoor } from './bounds/web-socket-door';
import { chatOverSockets } from './chat';
import { comparison } from './comparison/comparison';
import { crowdOf } from './crowd';
import { eventStream } from './event-stream';
import { pages } from './pages';
import { namespacesAndRooms } from './rooms';
import { newsAndReplies } from './socketio';
import { bareWebSocket } from './ws';
import { DEFAULT, languages, type Language } from '../locales';
import type { Trust } from '../middlewares/address';
import { forScripts } from '../middlewares/errors';

interface Given {
  session: RequestHandler;
  /** Gives a session to a visitor who has none. */
  identity: RequestHandler;
  isSameOrigin: (req: IncomingMessage) => boolean;
  trust: Trust;
  bounds?: Bounds;
}

/** Socket.IO, and a function that tells which visitor opened a socket's connection. */
interface Sockets {
  io: Server;
  visitorOf: (
    socket: Pick<Socket, 'conn'>,
  ) => { userId: string | undefined; address: string; language: Language } | undefined;
}

interface Lab {
  /** The routes below `/lab`. The session must be read before them. */
  router: Router;
  /** Opens the lab's WebSockets and namespaces. */
  attach: (server: HttpServer, sockets: Sockets) => void;
  /** Ends all of its connections. */
  close: () => void;
}

/** What a pane of `/lab/rooms` may name: one of its two rooms, or a socket. */
const room = z.enum(['1', '2']);
const socketId = z.string().regex(/^[\w-]{20}$/);
const nothing = z.undefined();
/** A text without blanks around it, of at most so many UTF-16 units. */
const upTo = (most: number) =>
  z
    .string()
    .trim()
    .refine(({ length }) => length <= most);
const filled = (most: number) => upTo(most).refine((value) => value !== '');
const text = filled(500);
const roomName = filled(40);

/** Each page that shows the figure of `/lab/rooms` has two namespaces of its own, so that pages do not hear each other. */
const PANES = /^\/lab\/rooms\/[0-9a-f]{8}\/(red|blue)$/;

/** Its routes work at once, and its sockets when `attach` is called. */
export function createLab({ bounds = BOUNDS, ...given }: Given): Lab {
  const { identity, trust } = given;
  const seats = createSeats(bounds);
  const webSockets = webSocketDoor({ ...given, bounds, seats });
  const addressOf = (req: IncomingMessage) => proxyAddress(req, trust);

  // The book's own page connects to `/`.
  const bare = webSockets.open('/', '/lab/ws');
  bareWebSocket(bare, addressOf);
  const crowd = crowdOf(bare);
  const compared = comparison({
    sockets: webSockets.open('/lab/compare/ws'),
    seats,
    bounds,
    trust,
  });

  const router = Router();
  router.get('/ws/crowd', forScripts, httpDoor(seats, trust), eventStream(crowd));
  router.use('/compare', forScripts, compared);
  router.use(pages(identity));

  return {
    router,
    attach(server, { io, visitorOf }) {
      webSockets.attach(server);
      const readerOf = (socket: Pick<Socket, 'conn'>) =>
        visitorOf(socket) ?? { userId: undefined, address: '', language: DEFAULT };
      const { guard, guardCrowd } = namespaceDoor(
        seats,
        bounds,
        (socket) => visitorBy(readerOf(socket)),
        (socket) => languages[readerOf(socket).language],
      );
      const news = io.of('/');
      guard(news, { reply: text });
      newsAndReplies(news, (socket) => readerOf(socket).address);
      const chat = io.of('/lab/chat');
      guardCrowd(chat, {
        join: roomName,
        chat: z.object({ room: roomName, user: upTo(40).optional(), chat: text }),
      });
      chatOverSockets(chat);
      const panes = io.of(PANES);
      guardCrowd(panes, {
        join: room,
        leave: room,
        toRoom: room,
        except: room,
        toSocket: socketId,
        emit: nothing,
        emitToAll: nothing,
        broadcast: nothing,
      });
      namespacesAndRooms(panes);
    },
    close: () => seats.close(),
  };
}
