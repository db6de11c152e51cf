/** How many clients the bare WebSocket has, and how many replies they send: two browsers send twice as many as one. */
import type { WebSocketServer } from 'ws';
import { Source } from './source';
import type { Crowd } from '../types/lab';

/** The server speaks once in this time, in ms, so that each client replies once in it. */
const WHILE = 3_000;

/** Counts what happens at the server from now on. */
export function crowdOf(server: WebSocketServer): Source<Crowd> {
  const crowd = new Source<Crowd>({ clients: 0, lately: 0, replies: 0 });
  const change = (clients: number, lately: number, replies: number) => {
    const { value } = crowd;
    crowd.set({
      clients: value.clients + clients,
      lately: value.lately + lately,
      replies: value.replies + replies,
    });
  };
  server.on('connection', (socket) => {
    change(1, 0, 0);
    socket.on('message', () => {
      change(0, 1, 1);
      setTimeout(change, WHILE, 0, -1, 0).unref();
    });
    socket.on('close', () => change(-1, 0, 0));
  });
  return crowd;
}
