/** How many clients the bare WebSocket has, and how many replies they send: two browsers send twice as many as one. */
import type { WebSocketServer } from 'ws';
import { Source } from './source';
import type { Crowd } from '../types/lab';

/** `lately` counts the replies of this time, in ms. The server speaks once in it, so that each client replies once in it. */
const LATELY = 3_000;

/** The shortest time between two updates, in ms: each update goes to every page that shows it. */
const TOLD_EVERY = 250;

/** Counts what happens at the server from now on. */
export function crowdOf(server: WebSocketServer): Source<Crowd> {
  const crowd = new Source<Crowd>({ clients: 0, lately: 0, replies: 0 });
  let now = crowd.value;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function change(by: Partial<Crowd>): void {
    const { clients = 0, lately = 0, replies = 0 } = by;
    now = { clients: now.clients + clients, lately: now.lately + lately, replies: now.replies + replies };
    timer ??= setTimeout(tell, TOLD_EVERY);
  }

  function tell(): void {
    timer = undefined;
    crowd.set(now);
  }

  server.on('connection', (socket) => {
    change({ clients: 1 });
    socket.on('message', () => {
      change({ lately: 1, replies: 1 });
      setTimeout(() => {
        change({ lately: -1 });
      }, LATELY).unref();
    });
    socket.on('close', () => {
      change({ clients: -1 });
    });
  });
  return crowd;
}
