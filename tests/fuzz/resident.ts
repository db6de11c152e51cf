/** A person who behaves: a session, and a socket in each namespace that stays open, all over one connection. */
import { setTimeout as wait } from 'node:timers/promises';
import { Manager, type Socket } from 'socket.io-client';
import { ask, once, type ChatClient } from '../support/app';
import type { Joined } from '../../src/types/events';

/** How much later, in ms, a socket that the server has ended connects again, and a request that came too early is repeated. */
const PAUSE = 100;

export interface Resident {
  cookie: string;
  chat: ChatClient;
  socket(namespace: string): Socket | undefined;
  /** Posts as a page's script does. @throws Error if it is refused. */
  post(path: string, body: object): Promise<{ text: string; location: string }>;
  /** Makes a room for 100 people. @returns its id. */
  create(room: object): Promise<string>;
  /** Joins the room, again and again until it is answered: inputs may have ended the connection. @returns the person's id. */
  enter(room: string): Promise<string>;
  leave(): void;
  comeBack(): Promise<void>;
}

/** @param hear gets everything that the server sends to the sockets. */
export async function createResident(
  url: string,
  namespaces: readonly string[],
  transports: string[],
  hear: (data: Buffer) => void,
): Promise<Resident> {
  const page = await fetch(`${url}/room`);
  await page.arrayBuffer();
  const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const manager = new Manager(url, {
    transports,
    extraHeaders: { cookie },
    reconnectionDelay: PAUSE,
    reconnectionDelayMax: 500,
  });
  manager.on('open', () => {
    manager.engine.on('data', (data: string | Buffer) => hear(Buffer.from(data)));
  });
  const chat: ChatClient = manager.socket('/chat');
  const sockets = new Map<string, Socket>(
    namespaces.map((namespace) => [namespace, manager.socket(namespace)]),
  );
  let isHere = true;
  for (const socket of [chat, ...sockets.values()]) {
    const again = () => void setTimeout(() => isHere && !socket.active && socket.connect(), PAUSE);
    socket.on('connect_error', again);
    socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') again();
    });
    socket.connect();
  }
  await once(chat, 'connect');

  async function post(path: string, body: object): Promise<{ text: string; location: string }> {
    const isForm = body instanceof FormData;
    for (;;) {
      const answer = await fetch(url + path, {
        ...{ method: 'POST', redirect: 'manual', body: isForm ? body : JSON.stringify(body) },
        headers: { cookie, ...(!isForm && { 'content-type': 'application/json' }) },
      });
      const text = await answer.text();
      if (answer.status < 400) return { text, location: answer.headers.get('location') ?? '' };
      // The queue of passwords that wait to be hashed may be full of those of the inputs.
      if (answer.status !== 429) throw new Error(`${path}: ${String(answer.status)} ${text}`);
      await wait(PAUSE);
    }
  }

  return {
    cookie,
    chat,
    socket: (namespace) => (namespace === '/chat' ? chat : sockets.get(namespace)),
    post,
    async create(room) {
      const { location } = await post('/room', { max: 100, ...room });
      return location.split('/').at(-1) ?? '';
    },
    async enter(room) {
      for (;;) {
        if (!chat.connected) await once(chat, 'connect');
        const answer = await ask<Joined>(chat, 'join', { room, after: 0 }).catch(() => undefined);
        if (answer?.ok === true) return answer.me.id;
        if (answer !== undefined) throw new Error(answer.code);
      }
    },
    leave() {
      isHere = false;
      for (const socket of [chat, ...sockets.values()]) socket.disconnect();
    },
    async comeBack() {
      isHere = true;
      for (const socket of [chat, ...sockets.values()]) socket.connect();
      if (!chat.connected) await once(chat, 'connect');
    },
  };
}
