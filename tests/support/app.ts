/** The whole program on its own port and with its files in a temporary folder, for tests over HTTP and sockets. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import request from 'supertest';
import { LOG } from './log';
import { openTestStore, type TestStore } from './store';
import { loadConfig, type Config } from '../../src/config';
import { start, type TestOptions } from '../../src/start';
import type { Stored } from '../../src/services/chats';
import type { Store } from '../../src/stores/store';
import type { Answer, ChatEvents, ChatRequests, Joined, RoomEvents } from '../../src/types/events';

export type ChatClient = Socket<ChatEvents, ChatRequests>;
type RoomClient = Socket<RoomEvents, Record<string, never>>;

export interface TestApp {
  url: string;
  config: Config;
  uploadsDir: string;
  store: Store;
  /** The sockets that people opened. They are closed with the program, or else they would reconnect for ever. */
  sockets: Socket[];
  /** Stops the program as SIGTERM does, and starts it again on the same data. The port changes, and `url` with it. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What a password costs in tests: a hundredth of what it costs in the program. */
const CHEAP = { N: 1_024, r: 8, p: 1 };

/**
 * @param wrap gives the store that the program uses in place of the given one, for example a slow or failing one.
 * @param open opens the store; by default a new, empty one.
 */
export async function startApp(
  overrides: Partial<Config> & TestOptions = {},
  wrap: (store: Store) => Store = (store) => store,
  open: () => Promise<TestStore> = openTestStore,
): Promise<TestApp> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-'));
  const config: Config & TestOptions = {
    ...loadConfig({ NODE_ENV: 'test', COOKIE_SECRET: 'a secret for the tests', LOG }),
    // As on a server, templates are compiled once.
    isProduction: true,
    port: 0,
    host: '127.0.0.1',
    dataDir: folder,
    uploadsDir: path.join(folder, 'uploads'),
    rateLimits: false,
    passwordCost: CHEAP,
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

/** A person with a browser's cookies, who sends requests by `http` and opens sockets by `chat` and `list`. */
export interface Person {
  cookie: string;
  http: ReturnType<typeof request.agent>;
  /** Opens a `/chat` socket and waits until it is connected. */
  chat(options?: object): Promise<ChatClient>;
  /** Opens a `/room` socket and waits until it is connected. */
  list(): Promise<RoomClient>;
  /** Closes all sockets of this person. */
  gone(): void;
}

/** A new visitor with the session that the first page made, or one who comes back with the cookie `known`. */
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

/** Sends an event as our page does, and waits for its ack, 20 s at most. */
export function ask<A>(socket: ChatClient, event: keyof ChatRequests, payload: unknown): Promise<Answer<A>> {
  const emitter: {
    timeout(ms: number): { emitWithAck(event: string, payload: unknown): Promise<Answer<A>> };
  } = socket;
  return emitter.timeout(20_000).emitWithAck(event, payload);
}

/** Sends a chat as our page does: again and again with the same nonce, until it is acknowledged. */
export async function insist(socket: ChatClient, room: string, chat: string): Promise<Stored> {
  for (;;) {
    const answer = await ask<Stored>(socket, 'chat', { room, chat, nonce: chat }).catch(() => undefined);
    if (answer?.ok === true) return answer;
    if (answer !== undefined && answer.code !== 'UNAVAILABLE') throw new Error(answer.code);
  }
}

/** Joins as our page does. @throws when the join is refused. */
export async function join(socket: ChatClient, room: string, after = 0): Promise<Joined> {
  const answer = await ask<Joined>(socket, 'join', { room, after });
  if (!answer.ok) throw new Error(answer.code);
  return answer;
}

/** Resolves with the payload of the socket's next such event, or of the next one for which `fits` is true. */
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

/** Resolves when the source emits this event for the next time. */
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

/** Waits for something that emits no event, such as a file that is deleted. Fails after `patience` ms. */
export async function until(isSo: () => Promise<boolean>, patience = 20_000): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Makes so many at once. */
export function many<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => make(n)));
}
