/** News and replies by Socket.IO: events have names, and polling reaches browsers without WebSocket. */
import type { Namespace, Socket } from 'socket.io';
import { logger } from '../logger';
import type { NewsEvents, NewsRequests } from '../types/lab';

/** How often the server has news, in ms. */
const EVERY = 3_000;

/** @param namespace the default one, `/` */
export function newsAndReplies(
  namespace: Namespace<NewsRequests, NewsEvents>,
  addressOf: (socket: Pick<Socket, 'conn'>) => string,
): void {
  namespace.on('connection', (socket) => {
    const who = `${addressOf(socket)} ${socket.id}`;
    logger.info(`새로운 클라이언트 접속 ${who}`);

    const timer = setInterval(() => {
      socket.emit('news', 'Hello Socket.IO');
    }, EVERY);

    socket.on('reply', (text) => {
      logger.info(text);
    });
    socket.on('error', ({ message }) => {
      logger.warn(`${who}: ${message}`);
    });
    socket.on('disconnect', () => {
      clearInterval(timer);
      logger.info(`클라이언트 접속 해제 ${who}`);
    });
  });
}
