/** A bare WebSocket, by the package `ws`: the server speaks every three seconds, and clients answer. */
import type { IncomingMessage } from 'node:http';
import type { WebSocketServer } from 'ws';
import { logger } from '../logger';

/** How often the server speaks, in ms. */
const EVERY = 3_000;

/** @param addressOf believes the header `X-Forwarded-For` only when a proxy that we trust wrote it. */
export function bareWebSocket(server: WebSocketServer, addressOf: (req: IncomingMessage) => string): void {
  server.on('connection', (socket, req) => {
    const address = addressOf(req);
    logger.info(`새로운 클라이언트 접속 ${address}`);

    const timer = setInterval(() => {
      if (socket.readyState !== socket.OPEN) return;
      socket.send('서버에서 클라이언트로 메시지를 보냅니다.');
    }, EVERY);

    socket.on('message', (data) => {
      // A text arrives as the bytes that it is made of.
      if (data instanceof Buffer) logger.info(data.toString());
    });
    socket.on('error', ({ message }) => {
      logger.warn(`${address}: ${message}`);
    });
    socket.on('close', () => {
      clearInterval(timer);
      logger.info(`클라이언트 접속 해제 ${address}`);
    });
  });
}
