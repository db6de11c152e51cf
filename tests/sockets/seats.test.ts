/** How many connections there may be, how many events each may send, and how long one may do nothing. */
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { vi } from 'vitest';
import {
  ask,
  createRoom,
  join,
  once,
  person,
  startApp,
  until,
  type ChatClient,
  type TestApp,
} from '../support/app';

describe('the seats of an address', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ maxSocketsPerAddress: 2, maxConnections: 4, trustProxy: 1 });
  });
  afterEach(() => app.stop());

  /** Opens a connection. @returns the socket when it is connected; undefined if it was refused. */
  async function open(address: string, transports: string[]): Promise<Socket | undefined> {
    const socket = io(`${app.url}/room`, {
      ...{ forceNew: true, reconnection: false, transports },
      extraHeaders: { 'x-forwarded-for': address },
    });
    app.sockets.push(socket);
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'connect_error').then(() => false),
    ]);
    return isOpen ? socket : undefined;
  }

  test.each([
    ['198.51.100.7', '198.51.100.7', '198.51.100.8'],
    ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'],
  ])('%s and %s share them, %s has others', async (one, same, another) => {
    const first = await open(one, ['websocket']);
    expect(await open(same, ['polling'])).toBeDefined();
    expect(await open(one, ['websocket'])).toBeUndefined();
    expect(await open(same, ['polling'])).toBeUndefined();
    expect(await open(another, ['websocket'])).toBeDefined();
    first?.disconnect();
    await until(async () => (await open(one, ['websocket'])) !== undefined);
  });

  test('are not taken twice when a connection goes over from polling to a websocket', async () => {
    const socket = await open('198.51.100.7', ['polling', 'websocket']);
    await until(() => Promise.resolve(socket?.io.engine.transport.name === 'websocket'));
    expect(await open('198.51.100.7', ['websocket'])).toBeDefined();
    expect(await open('198.51.100.7', ['websocket'])).toBeUndefined();
  });

  test('are not taken by a connection that was refused, and there is a number of seats in all', async () => {
    for (let n = 0; n < 8; n += 1) await open('198.51.100.7', ['websocket']);
    expect(await open('198.51.100.8', ['websocket'])).toBeDefined();
    expect(await open('198.51.100.8', ['polling'])).toBeDefined();
    expect(await open('198.51.100.9', ['websocket'])).toBeUndefined();
    const refused = await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ message: 'too many connections' });
  });

  test('are not exceeded by handshakes that come at the same time', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => open('198.51.100.7', ['websocket'])));
    await until(() => Promise.resolve(opened.filter((socket) => socket?.connected).length <= 2));
    expect(opened.filter((socket) => socket?.connected)).toHaveLength(2);
  });
});

describe('a connection that floods', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ rateLimits: true, trustProxy: 1 });
  });
  afterEach(() => app.stop());

  test('with events that are all refused is ended, and others are not', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const calm = await owner.chat();
    await join(calm, room);
    const stranger = io(`${app.url}/chat`, {
      forceNew: true,
      transports: ['websocket'],
      reconnection: false,
    });
    app.sockets.push(stranger);
    await once(stranger, 'connect');
    let answers = 0;
    const ended = once(stranger, 'disconnect');
    for (let n = 0; n < 5_000; n += 1)
      stranger.emit('chat', { room, chat: '?' }, () => {
        answers += 1;
      });
    await ended;
    expect(answers).toBeLessThan(1_000);
    expect(await ask(calm, 'chat', { room, chat: '조용하네요' })).toMatchObject({ ok: true });
  });

  test('by joining again and again for all that was said gets none of it in the end, but may read on in the history', async () => {
    const people = await Promise.all(Array.from({ length: 7 }, () => person(app)));
    const [owner] = people;
    if (owner === undefined) throw new Error('there must be somebody');
    const room = await createRoom(owner);
    // Fewer than all young sessions of an address may send in 10 s, and more than an answer holds.
    for (const who of people)
      await Promise.all(
        Array.from({ length: 28 }, () =>
          who.http.post(`/room/${room}/chat`).send({ chat: '말' }).expect(200),
        ),
      );
    const socket = await owner.chat();
    const found: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const { missed, more } = await join(socket, room);
      expect(more).toBe(true);
      found.push(missed.length);
    }
    expect(new Set(found.slice(0, 10)).size).toBe(1);
    expect(found[0]).toBeGreaterThan(100);
    expect(found.at(-1)).toBe(0);
    const page = await owner.http.get(`/room/${room}/chats?after=0&limit=100`).expect(200);
    expect((page.body as { chats: unknown[] }).chats).toHaveLength(100);
    const newest = await join(socket, room, Number((await app.store.rooms.get(room))?.seq));
    expect(newest).toMatchObject({ missed: [], more: false });
  });

  test('of new connections is refused, while another address may connect', async () => {
    const connect = async (n: number, address: string) => {
      const url = `${app.url}/socket.io/?EIO=4&transport=polling&t=${String(n)}`;
      return fetch(url, { headers: { 'x-forwarded-for': address } });
    };
    const statuses: number[] = [];
    for (let n = 0; n < 13; n++) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_, m) => {
          const answer = await connect(n * 100 + m, '198.51.100.7');
          const opened = z
            .object({ sid: z.string() })
            .safeParse(JSON.parse((await answer.text()).replace(/^0/, '')));
          // Otherwise the seats of the address would be the bound that is met.
          if (opened.success)
            await fetch(`${app.url}/socket.io/?EIO=4&transport=polling&sid=${opened.data.sid}`, {
              method: 'POST',
              body: '1',
            });
          return answer.status;
        }),
      );
      statuses.push(...answers);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(1_200);
    expect(statuses.filter((status) => status === 403)).toHaveLength(100);
    expect((await connect(0, '198.51.100.8')).status).toBe(200);
  });

  test('is not confused with a person who types and talks fast', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const socket = await owner.chat();
    await join(socket, room);
    const typed = Array.from({ length: 30 }, () => ask(socket, 'typing', { room, typing: true }));
    const said = Array.from({ length: 30 }, () => ask(socket, 'chat', { room, chat: '빨리' }));
    for (const answer of await Promise.all([...typed, ...said])) expect(answer).toMatchObject({ ok: true });
    expect(socket.connected).toBe(true);
  });
});

describe('a socket in no room', () => {
  /** Joins as our page does, which joins again after a connection was lost. */
  const enter = (socket: ChatClient, room: string) =>
    until(() =>
      join(socket, room).then(
        () => true,
        () => false,
      ),
    );

  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ idlePace: { longest: 1_000, lookEvery: 100 } });
  });
  afterEach(() => app.stop());

  test('loses its connection after a while, as by a broken line, so that a page connects again', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const [idle, busy, list] = [await owner.chat(), await owner.chat(), await owner.list()];
    await enter(busy, room);
    const ended = vi.fn();
    busy.on('disconnect', ended);
    const reason = new Promise((resolve) => idle.once('disconnect', resolve));
    expect(await reason).toBe('transport close');
    await enter(idle, room);
    expect(ended).not.toHaveBeenCalled();
    expect(list.connected).toBe(true);
    await ask(busy, 'leave', room);
    expect(await new Promise((resolve) => busy.once('disconnect', resolve))).toBe('transport close');
  });
});
