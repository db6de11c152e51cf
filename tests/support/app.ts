/** The whole program on a port of its own, with its files in a temporary folder, for tests through its real doors. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import request from 'supertest';
import { LOG } from './log';
import { openTestStore, type TestStore } from './store';
import { loadConfig, type Config } from '../../src/config';
import { start, type TestPace } from '../../src/start';
import type { Stored } from '../../src/services/chats';
import type { Store } from '../../src/stores/store';
import type { Answer, ChatEvents, ChatRequests, Joined, RoomEvents } from '../../src/types/events';

export type ChatClient = Socket<ChatEvents, ChatRequests>;
export type RoomClient = Socket<RoomEvents, Record<string, never>>;

export interface TestApp {
  url: string;
  config: Config;
  uploadsDir: string;
  store: Store;
  /** Those that people opened: they end with the program, or would try to connect for ever. */
  sockets: Socket[];
  /** Stops the program as SIGTERM does and starts it again on the same data (and another port: see `url`). */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param wrap lets a test stand between the program and its store: slow it, make it fail.
 * @param open opens the store; a new and empty one if not given.
 */
export async function startApp(
  overrides: Partial<Config> & TestPace = {},
  wrap: (store: Store) => Store = (store) => store,
  open: () => Promise<TestStore> = openTestStore,
): Promise<TestApp> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-'));
  const config: Config & TestPace = {
    ...loadConfig({ NODE_ENV: 'test', COOKIE_SECRET: 'a secret for the tests', LOG }),
    port: 0,
    host: '127.0.0.1',
    uploadsDir: path.join(folder, 'uploads'),
    rateLimits: false,
    ...overrides,
  };
  const kept = await open();
  let running = await start(config, wrap(kept.store));
  const app: TestApp = {
    url: `http://127.0.0.1:${String(running.port)}`,
    config,
    uploadsDir: config.uploadsDir,
    store: kept.store,
    sockets: [],
    async restart() {
      await running.stop();
      app.store = await kept.reopen();
      running = await start(config, wrap(app.store));
      app.url = `http://127.0.0.1:${String(running.port)}`;
    },
    async stop() {
      await running.stop();
      for (const socket of app.sockets) socket.disconnect();
      await kept.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return app;
}

/** Somebody with a browser's cookies: HTTP by `http`, sockets by `chat` and `list`. */
export interface Person {
  cookie: string;
  http: ReturnType<typeof request.agent>;
  /** A `/chat` socket, connected. */
  chat(options?: object): Promise<ChatClient>;
  /** A `/room` socket, connected. */
  list(): Promise<RoomClient>;
  /** Ends all sockets. */
  gone(): void;
}

/** A new visitor, whom the first page gave a session; or one who comes back with a cookie. */
export async function person(app: Pick<TestApp, 'url' | 'sockets'>, known?: string): Promise<Person> {
  const http = request.agent(app.url);
  if (known !== undefined) void http.set('cookie', known);
  const page = await http.get('/room').expect(200);
  const cookie = known ?? String(page.headers['set-cookie']).split(';')[0] ?? '';
  const sockets: Socket[] = [];
  async function connect<S extends Socket>(socket: S): Promise<S> {
    sockets.push(socket);
    app.sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  const options = { forceNew: true, transports: ['websocket'], extraHeaders: { cookie } };
  return {
    cookie,
    http,
    chat: (more) => connect<ChatClient>(io(`${app.url}/chat`, { ...options, ...more })),
    list: () => connect<RoomClient>(io(`${app.url}/room`, options)),
    gone() {
      for (const socket of sockets) socket.disconnect();
    },
  };
}

/** Creates a room. @returns its id. */
export async function createRoom(who: Person, fields: object = {}): Promise<string> {
  const answer = await who.http
    .post('/room')
    .send({ title: '방', max: 10, password: '', ...fields })
    .expect(302);
  return /^\/room\/([0-9a-f]{24})$/.exec(String(answer.headers['location']))?.[1] ?? '';
}

/** Sends an event of our client and waits for its ack. */
export function ask<A>(socket: ChatClient, event: keyof ChatRequests, payload: unknown): Promise<Answer<A>> {
  const emitter: {
    timeout(ms: number): { emitWithAck(event: string, payload: unknown): Promise<Answer<A>> };
  } = socket;
  return emitter.timeout(20_000).emitWithAck(event, payload);
}

/** Sends as our client does: the same nonce until it is acknowledged. */
export async function insist(socket: ChatClient, room: string, chat: string): Promise<Stored> {
  for (;;) {
    const answer = await ask<Stored>(socket, 'chat', { room, chat, nonce: chat }).catch(() => undefined);
    if (answer?.ok === true) return answer;
    if (answer !== undefined && answer.code !== 'UNAVAILABLE') throw new Error(answer.code);
  }
}

/** Joins as our client does. @throws when it is refused. */
export async function join(socket: ChatClient, room: string, after = 0): Promise<Joined> {
  const answer = await ask<Joined>(socket, 'join', { room, after });
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}

/** The next time that the socket hears this event (and, if given, one that fits). */
export function heard<E extends keyof ChatEvents>(
  socket: ChatClient,
  event: E,
  fits: (payload: Parameters<ChatEvents[E]>[0]) => boolean = () => true,
): Promise<Parameters<ChatEvents[E]>[0]> {
  return new Promise((resolve) => {
    const listen = (name: string, payload: Parameters<ChatEvents[E]>[0]) => {
      if (name !== event || !fits(payload)) return;
      socket.offAny(listen);
      resolve(payload);
    };
    socket.onAny(listen);
  });
}

/** The next time that anything with listeners tells this. */
export function once(
  source: { once(event: string, hear: (...args: never[]) => void): unknown },
  event: string,
): Promise<void> {
  return new Promise((resolve) => {
    source.once(event, () => {
      resolve();
    });
  });
}

/** Waits for what no event tells: a file that goes, a record that changes. Fails after `patience` ms. */
export async function until(isSo: () => Promise<boolean>, patience = 20_000): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
