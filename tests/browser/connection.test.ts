/** Each chat is handed on once and in order, whatever a connection or a server loses. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Server } from 'socket.io';
import { openPage, type Page } from './page';
import { createRoom, join, person, startApp, until, type Person, type TestApp } from '../support/app';
import { openProxy, type Proxy } from '../support/proxy';
import type { ChatEvents, ChatRequests, SentChat } from '../../src/types/events';

let app: TestApp;
let proxy: Proxy;
let ana: Person;
let ben: Person;
let room: string;
const pages: Page[] = [];

beforeAll(async () => {
  app = await startApp();
  proxy = await openProxy('127.0.0.1', Number(new URL(app.url).port));
});

beforeEach(async () => {
  [ana, ben] = await Promise.all([person(app), person(app)]);
  room = await createRoom(ana);
});

afterEach(() => {
  proxy.heal();
  for (const page of pages.splice(0)) page.close();
});

afterAll(async () => {
  await proxy.close();
  await app.stop();
});

it.each(['before it is connected', 'before it has joined'])(
  'a page that asks for something %s is answered when it has joined, and the join does not undo it',
  async (when) => {
    const page = await open({ name: '하나' });
    await page.until(() => page.joins() === 1);
    const other = await open({ name: '하나' });
    if (when === 'before it has joined')
      await new Promise<void>((resolve) => other.connection.socket.once('connect', resolve));
    expect(await other.connection.request('rename', { room, name: '두나' })).toEqual({ ok: true });
    expect(other.joins()).toBe(1);
    await page.until(() => page.chats.some(({ kind }) => kind === 'name'));
    expect(page.chats.map(({ kind, name }) => [kind, name])).toEqual([
      ['join', '하나'],
      ['name', '두나'],
    ]);
  },
);

it('a page that asks for something while it is offline is told so at once', async () => {
  const page = await open();
  await page.until(() => page.joins() === 1);
  proxy.cut();
  await page.until(() => page.offlines() > 0);
  expect(await page.connection.request('rename', { room, name: '두나' })).toBeUndefined();
});

it('a page that wakes up on a dead connection sends what is asked when it has a new one', async () => {
  const page = await open();
  await page.until(() => page.joins() === 1);
  proxy.freeze();
  page.connection.wake();
  const asked = page.connection.request('rename', { room, name: '두나' });
  await page.until(() => page.offlines() > 0);
  proxy.heal();
  expect(await asked).toEqual({ ok: true });
  expect(page.joins()).toBe(2);
});

describe('a page that was away', () => {
  it('hears what was said meanwhile, page by page, and goes on', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.cut();
    await page.until(() => page.offlines() > 0);
    await sayMany(450);
    proxy.heal();
    await page.until(() => page.chats.length >= 452);
    await sayMany(1);
    await page.until(() => page.chats.length >= 453);
    expect(page.chats.map(({ seq }) => seq)).toEqual(Array.from({ length: 453 }, (_, n) => n + 1));
  });

  it('reads on at the newest when it missed more than 1,000', async () => {
    const skipped: number[] = [];
    const page = await open({ onSkip: (seq) => skipped.push(seq) });
    await page.until(() => page.joins() === 1);
    proxy.cut();
    await page.until(() => page.offlines() > 0);
    await sayMany(1_205);
    proxy.heal();
    await page.until(() => page.joins() === 2);
    await sayMany(1);
    await page.until(() => page.chats.length === 2);
    expect(skipped).toHaveLength(1);
    // The chats are the page's own join, and what was said after the page was back.
    expect(page.chats.map(({ seq }) => seq)).toEqual([1, (skipped[0] ?? 0) + 1]);
  });
});

describe('a page that wakes', () => {
  it('keeps a connection that still works', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    page.connection.wake();
    await page.until(() => page.joins() === 2);
    expect(page.offlines()).toBe(0);
    expect(page.chats).toHaveLength(1);
  });

  it('makes a new connection when the old one died unnoticed', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    const { id } = page.connection.socket;
    proxy.freeze();
    page.connection.wake();
    await page.until(() => page.offlines() > 0);
    await sayMany(1);
    proxy.heal();
    await page.until(() => page.chats.some(({ kind }) => kind === 'chat'));
    expect(page.connection.socket.id).not.toBe(id);
  });

  it('connects at once when it has no connection', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.cut();
    await page.until(() => page.offlines() > 0);
    proxy.heal();
    page.connection.wake();
    await page.until(() => page.joins() === 2);
    expect(page.end()).toBeUndefined();
  });
});

describe('a page that is put out', () => {
  it('hears why, and nothing more', async () => {
    const page = await openPage(ben, { url: app.url, room });
    pages.push(page);
    await page.until(() => page.joins() === 1);
    const owner = await ana.chat();
    await join(owner, room);
    owner.emit('kick', { room, userId: page.id });
    await page.until(() => page.end() !== undefined);
    expect(page.end()).toBe('BARRED');
    const heard = page.chats.length;
    page.connection.wake();
    await owner.timeout(20_000).emitWithAck('chat', { room, chat: '뒤에' });
    expect(page.chats).toHaveLength(heard);
    expect(page.connection.socket.connected).toBe(false);
  });
});

/** A server that tells its sockets what the test wants, and answers a join from its log, as ours does. */
describe('what a server failed to tell', () => {
  let io: Server<ChatRequests, ChatEvents>;
  let url: string;
  let log: SentChat[];
  /** The `after` of each join, and of each read of the history. */
  let asked: number[];
  let read: number[];
  /** Joins and readers get the log up to this number. */
  let answers: number;

  beforeEach(async () => {
    log = [];
    asked = [];
    read = [];
    answers = Infinity;
    const server = createServer();
    io = new Server(server);
    io.of('/chat').on('connection', (socket) => {
      socket.on('join', (target, ack) => {
        const after = typeof target === 'string' ? 0 : target.after;
        asked.push(after);
        const known = log.slice(0, answers);
        const missed = known.slice(after, after + 200);
        const me = { id: 'me', color: '#000000' };
        ack?.({
          ...{ ok: true, seq: known.length, me, people: [], missed, ephemeral: false },
          more: known.length > after + 200,
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  afterEach(async () => {
    await io.close();
  });

  it('is fetched when there is a gap', async () => {
    const page = await joined();
    say(3);
    tell(2);
    await page.until(() => page.chats.length === 3);
    expect(numbers(page)).toEqual([1, 2, 3]);
    expect(read).toEqual([0]);
    expect(asked).toEqual([0]);
  });

  it('is not asked for when it only comes late', async () => {
    const page = await joined();
    say(2);
    tell(1);
    tell(0);
    await page.until(() => page.chats.length === 2);
    expect(numbers(page)).toEqual([1, 2]);
    // Longer than the page waits for what is missing.
    await wait(600);
    say(1);
    tell(2);
    await page.until(() => page.chats.length === 3);
    expect(read).toEqual([]);
    expect(asked).toEqual([0]);
  });

  it('is skipped when it is too much, and the page continues after it', async () => {
    const skipped: number[] = [];
    const page = await joined({ onSkip: (seq) => skipped.push(seq) });
    say(3);
    tell(0);
    io.of('/chat').emit('behind', { room, seq: 2 });
    tell(2);
    await page.until(() => page.chats.length === 2);
    expect(numbers(page)).toEqual([1, 3]);
    expect(skipped).toEqual([2]);
    expect(read).toEqual([]);
    expect(asked).toEqual([0]);
  });

  it('is read when it is said to be missing while a join is answered', async () => {
    say(2);
    answers = 1;
    const page = await opened();
    await until(async () => io.of('/chat').sockets.size === 1);
    io.of('/chat').emit('behind', { room, seq: 2 });
    await page.until(() => page.chats.length === 1);
    answers = 2;
    await page.until(() => page.chats.length === 2);
    expect(numbers(page)).toEqual([1, 2]);
  });

  it('is asked for again, ever more slowly, while the server does not have it', async () => {
    const page = await joined();
    say(2);
    answers = 0;
    tell(1);
    await until(async () => read.length === 3);
    expect(numbers(page)).toEqual([]);
    answers = 2;
    await page.until(() => page.chats.length === 2);
    expect(numbers(page)).toEqual([1, 2]);
    expect(asked).toEqual([0]);
  });

  it('is read again after a new join when the history cannot be read', async () => {
    const page = await joined();
    say(2);
    answers = NaN;
    tell(1);
    await until(async () => read.length === 1);
    answers = 2;
    await page.until(() => page.chats.length === 2);
    expect(numbers(page)).toEqual([1, 2]);
    expect(asked).toEqual([0, 0]);
  });

  async function opened(more: { onSkip?: (seq: number) => void } = {}): Promise<Page> {
    const page = await openPage(ana, { url, room, readAfter, ...more });
    pages.push(page);
    return page;
  }

  async function readAfter(after: number): Promise<SentChat[]> {
    read.push(after);
    if (Number.isNaN(answers)) throw new Error('away');
    return log.slice(0, answers).slice(after, after + 100);
  }

  async function joined(more: { onSkip?: (seq: number) => void } = {}): Promise<Page> {
    const page = await opened(more);
    await page.until(() => page.joins() === 1);
    return page;
  }

  function say(count: number): void {
    for (let seq = log.length + 1; count > 0; seq += 1, count -= 1) {
      const base = { room, seq, user: '#ffffff', userId: 'you', color: '#ffffff', createdAt: '' };
      log.push({ ...base, _id: String(seq), nonce: String(seq), kind: 'chat', chat: `말 ${String(seq)}` });
    }
  }

  function tell(index: number): void {
    io.of('/chat').emit('chats', log.slice(index, index + 1));
  }
});

function numbers({ chats }: Page): number[] {
  return chats.map(({ seq }) => seq);
}

async function open(more: { onSkip?: (seq: number) => void; name?: string } = {}): Promise<Page> {
  const page = await openPage(ana, { url: `http://127.0.0.1:${String(proxy.port)}`, room, ...more });
  pages.push(page);
  return page;
}

/** Another person says so many chats at once. */
async function sayMany(count: number): Promise<void> {
  const socket = await ben.chat();
  await join(socket, room);
  const say = (n: number) => socket.timeout(20_000).emitWithAck('chat', { room, chat: `말 ${String(n)}` });
  for (let n = 0; n < count; n += 500) {
    const some = Array.from({ length: Math.min(500, count - n) }, (_, index) => say(n + index));
    for (const answer of await Promise.all(some)) expect(answer).toMatchObject({ ok: true });
  }
  socket.disconnect();
}
