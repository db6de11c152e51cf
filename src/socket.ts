/** Socket.IO on the HTTP server: the two namespaces, who may connect, and who it is that connects. */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import proxyAddress from 'proxy-addr';
import { Server } from 'socket.io';
import { networkOf } from './middlewares/address';
import { isSameOrigin } from './middlewares/same-origin';
import type { Services, Tell } from './services';
import { chatNamespace } from './sockets/chat';
import type { Io } from './sockets/io';
import { createNotifier } from './sockets/notify';
import { roomNamespace } from './sockets/room';
import { cutOffSlow } from './sockets/slow';

/** The largest event that is read, in bytes: a chat of 2,000 characters, whatever they are, with room to spare. */
const MAX_EVENT_BYTES = 32_768;

export interface WebSocket {
  /** What the services tell goes out here. */
  tell: Tell;
  /** Connects to the server and begins to answer, with these services. The server's own listeners come first. */
  serve(server: HttpServer, services: Services): void;
  /** Ends every connection, and the HTTP server's listening. */
  close(): Promise<void>;
}

export function webSocket(
  session: RequestHandler,
  trustProxy: (address: string, hop: number) => boolean,
): WebSocket {
  const io: Io = new Server({
    maxHttpBufferSize: MAX_EVENT_BYTES,
    allowRequest: (req, allow) => {
      allow(null, isSameOrigin(req.headers));
    },
  });
  const chat = io.of('/chat');
  let services: Services | undefined;

  chat.use((socket, next) => {
    const handshake: Partial<Pick<IncomingMessage, 'session'>> = socket.request;
    Object.assign(socket.data, {
      userId: handshake.session?.userId,
      address: networkOf(proxyAddress(socket.request, trustProxy)),
      rooms: new Map(),
      turn: Promise.resolve(),
    });
    next();
  });

  return {
    tell: createNotifier(io, {
      id: () => services?.node.id ?? '',
      isAlive: () => services?.isAlive() ?? true,
      drop: (roomId, socketId) => void services?.rooms.drop(roomId, socketId),
      missed: async (...range) => (await services?.chats.missed(...range)) ?? [],
    }),
    serve(server, given) {
      services = given;
      io.attach(server);
      cutOffSlow(io.engine);
      // The session is read once a connection, at the handshake, not for each of its polling requests.
      io.engine.use((req: Handshake, res: Response, next: NextFunction) => {
        // As engine.io knows a handshake: an empty `sid` is none.
        if (req._query['sid']) next();
        else session(req, res, next);
      });
      roomNamespace(io.of('/room'));
      chatNamespace(chat, given);
    },
    async close() {
      await io.close();
    },
  };
}

/** What engine.io hands to its middlewares. */
interface Handshake extends Request {
  _query: Record<string, string>;
}
