import { WebSocket } from 'ws';
import { vi } from 'vitest';
import { ask, createRoom, heard, join, once, person, startApp, until, type TestApp } from '../support/app';
import { openProxy, type Proxy } from '../support/proxy';
import type { SentChat } from '../../src/types/events';

let app: TestApp;
let line: Proxy;
beforeEach(async () => {
  app = await startApp();
  line = await openProxy('127.0.0.1', Number(new URL(app.url).port));
});
afterEach(async () => {
  await app.stop();
  await line.close();
});

const TEXT = '가'.repeat(2_000);
const AT_ONCE = 500;
/** Far more chats than the buffers of the server and of the network hold for a person who does not read. */
const MAX_CHATS = 8_000;

test.each(['\u0001', '"', '\n', '👋'])(
  'a join of a room with 200 chats of 2,000 times %j is answered with 64 KiB of them, and the others can be read after that',
  async (character) => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const a = await owner.chat();
    await join(a, room);
    const chat = `가${character.repeat(1_998)}나`;
    await Promise.all(Array.from({ length: 199 }, () => ask(a, 'chat', { room, chat })));
    const guest = await person(app);
    const b = await guest.chat();
    const { missed, more, seq } = await join(b, room, 0);
    expect(Buffer.byteLength(JSON.stringify(missed))).toBeLessThanOrEqual(65_536);
    expect(missed.length).toBeGreaterThanOrEqual(7);
    expect(more).toBe(missed.length < seq);
    const numbers = missed.map((one) => one.seq);
    while (numbers.length < seq) {
      const page = await guest.http.get(`/room/${room}/chats?after=${String(numbers.length)}&limit=100`);
      numbers.push(...(page.body as { chats: SentChat[] }).chats.map((one) => one.seq));
    }
    expect(numbers).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    expect(b.connected).toBe(true);
  },
);

test('the chats of one commit are sent in packets of at most 64 KiB', async () => {
  const owner = await person(app);
  const room = await createRoom(owner);
  const [a, b] = [await owner.chat(), await (await person(app)).chat()];
  await join(a, room);
  await join(b, room);
  const packets: SentChat[][] = [];
  b.on('chats', (chats) => packets.push(chats));
  const last = heard(b, 'chats', (chats) => chats.some(({ seq }) => seq === 62));
  await Promise.all(Array.from({ length: 60 }, () => ask(a, 'chat', { room, chat: '👋'.repeat(2_000) })));
  await last;
  expect(packets.flat().map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 3));
  for (const packet of packets) expect(Buffer.byteLength(JSON.stringify(packet))).toBeLessThanOrEqual(65_536);
});

test('a person who does not read is disconnected, holds up nobody, and misses nothing after coming back', async () => {
  const owner = await person(app);
  const guest = await person({ ...app, url: `http://127.0.0.1:${String(line.port)}` });
  const room = await createRoom(owner);
  const [a, b] = [await owner.chat(), await guest.chat()];
  await join(a, room);
  let { seq: last } = await join(b, room);
  const seen: SentChat[] = [];
  b.on('chats', (chats) => seen.push(...chats));
  const back = once(b, 'disconnect').then(() => once(b, 'connect'));

  line.freeze();
  const hasPlace = async () =>
    (await app.store.rooms.get(room))?.people.some(({ sockets }) => sockets.some(({ id }) => id === b.id));
  for (let said = 0; await hasPlace(); said += AT_ONCE) {
    if (said > MAX_CHATS) throw new Error('nobody was cut off');
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => ask(a, 'chat', { room, chat: TEXT })),
    );
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  }
  expect(a.connected).toBe(true);

  // When it reads again, it receives what was on the way, then notices the end of its connection and reconnects.
  line.heal();
  await back;
  for (const { seq } of seen) expect(seq).toBe(++last);
  for (let more = true; more;) {
    const joined = await join(b, room, last);
    for (const { seq } of joined.missed) expect(seq).toBe(++last);
    ({ more } = joined);
  }
  expect(last).toBe((await app.store.rooms.get(room))?.seq);
  const live = heard(b, 'chats');
  await ask(a, 'chat', { room, chat: '다 봤어요?' });
  expect((await live).map(({ seq }) => seq)).toEqual([last + 1]);
}, 60_000);

test('a person who stops polling is disconnected after 10 s if something waits, though it is little', async () => {
  const [owner, guest] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  const a = await owner.chat();
  await join(a, room);
  const address = `${app.url}/socket.io/?EIO=4&transport=polling`;
  const headers = { cookie: guest.cookie };
  const poll = async (path = '') => (await fetch(`${address}${path}`, { headers })).text();
  const { sid } = JSON.parse((await poll()).slice(1)) as { sid: string };
  const say = (body: string) => fetch(`${address}&sid=${sid}`, { method: 'POST', headers, body });
  await say('40/chat,');
  expect(await poll(`&sid=${sid}`)).toMatch(/^40\/chat/);
  await say(`42/chat,0${JSON.stringify(['join', { room, after: 0 }])}`);
  for (let heard = ''; !heard.includes('"ok":true');) heard = await poll(`&sid=${sid}`);
  const sockets = async () =>
    (await app.store.rooms.get(room))?.people.flatMap((one) => one.sockets.map(({ id }) => id)) ?? [];
  expect(await sockets()).toHaveLength(2);
  await ask(a, 'chat', { room, chat: '거기 있어요?' });
  await until(async () => (await sockets()).length === 1);
  expect(await sockets()).toEqual([a.id]);
  expect(a.connected).toBe(true);
}, 30_000);

test('a phone that reads 20 kB a second hears everything in a busy room', async () => {
  const [owner, guest] = [
    await person(app),
    await person({ ...app, url: `http://127.0.0.1:${String(line.port)}` }),
  ];
  const room = await createRoom(owner);
  const [a, b] = [await owner.chat(), await guest.chat()];
  await join(a, room);
  const { seq } = await join(b, room);
  line.throttle(20_000);
  const seen: number[] = [];
  b.on('chats', (chats) => seen.push(...chats.map((chat) => chat.seq)));
  const ended = vi.fn();
  b.on('disconnect', ended);
  const SAID = 40;
  // 240 kB in all, which the phone reads in 12 s.
  for (let n = 0; n < SAID; n += 1) await ask(a, 'chat', { room, chat: TEXT });
  await until(() => Promise.resolve(seen.length === SAID), 40_000);
  expect(seen).toEqual(Array.from({ length: SAID }, (_, index) => seq + 1 + index));
  expect(ended).not.toHaveBeenCalled();
}, 60_000);

test('the answer to a join is read before the next join of the connection is answered', async () => {
  const owner = await person(app);
  const room = await createRoom(owner);
  const a = await owner.chat();
  await join(a, room);
  await ask(a, 'chat', { room, chat: TEXT });
  expect(await join(a, room)).toMatchObject({ missed: [{ seq: 1 }, { seq: 2 }] });

  // This client answers every ping, but not with what the ping said, since it has not read it.
  const blind = new WebSocket(`ws${app.url.slice(4)}/socket.io/?EIO=4&transport=websocket`, {
    headers: { cookie: (await person(app)).cookie },
    autoPong: false,
  });
  blind.on('ping', () => {
    blind.pong('00000000');
  });
  const told: string[] = [];
  blind.on('message', (data: Buffer) => told.push(data.toString()));
  await once(blind, 'open');
  blind.send('40/chat,');
  await until(() => Promise.resolve(told.some((packet) => packet.startsWith('40/chat'))));
  for (const id of [0, 1]) blind.send(`42/chat,${String(id)}${JSON.stringify(['join', { room, after: 0 }])}`);
  await until(() => Promise.resolve(told.some((packet) => packet.startsWith('43/chat,1'))));
  expect(told.find((packet) => packet.startsWith('43/chat,0'))).toContain('"ok":true');
  expect(told.find((packet) => packet.startsWith('43/chat,1'))).toContain('"UNAVAILABLE"');
  blind.terminate();
}, 30_000);
