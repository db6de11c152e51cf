/** The program is compared with this bare Socket.IO, which only lets sockets into rooms. SESSION=on adds express-session. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import session from 'express-session';
import { Server } from 'socket.io';
import { answerQuestions } from './holdings';

type Ack = (answer: { ok: true }) => void;
interface Handshake extends Request {
  _query: Record<string, string>;
}

async function main(): Promise<void> {
  const server = createServer();
  const io = new Server(server);
  io.of('/chat').on('connection', (socket) => {
    socket.on('join', ({ room }: { room: string }, ack: Ack) => {
      void socket.join(room);
      ack({ ok: true });
    });
  });
  if (process.env['SESSION'] === 'on') useSessions(io);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('SIGTERM', () => void io.close().then(() => process.exit()));
  answerQuestions((server.address() as AddressInfo).port, [io]);
}

/** As Socket.IO's manual says. @source https://socket.io/how-to/use-with-express-session */
function useSessions(io: Server): void {
  const sessions = session({ secret: 'a secret', resave: false, saveUninitialized: false });
  io.engine.use((req: Handshake, res: Response, next: NextFunction) => {
    if (req._query['sid'] === undefined) sessions(req, res, next);
    else next();
  });
}

void main();
