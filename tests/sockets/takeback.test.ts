/** Taking back what was said, through sockets and through HTTP. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { SentChat } from '../../src/types/events';
import { ask, createRoom, heard, join, person, startApp, type TestApp, until } from '../support/app';
import { gif } from '../support/gif';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const CANARY = '지워질 말 카나리아';

async function threeInARoom(fields: object = {}) {
  const [owner, guest, other] = await Promise.all([person(app), person(app), person(app)]);
  const room = await createRoom(owner, fields);
  const [a, b, c] = [await owner.chat(), await guest.chat(), await other.chat()];
  for (const socket of [a, b, c]) await join(socket, room);
  return { owner, guest, other, room, a, b, c, sockets: [a, b, c] };
}

async function say(socket: Awaited<ReturnType<typeof threeInARoom>>['a'], room: string): Promise<number> {
  const said = await ask<{ seq: number }>(socket, 'chat', { room, chat: CANARY, nonce: 'n' });
  if (!said.ok) throw new Error(said.code);
  return said.seq;
}

const at = (chats: SentChat[], seq: number) => chats.find((chat) => chat.seq === seq);
const isErased = async (room: string) => (await app.store.rooms.get(room))?.erasing.length === 0;

test('a person takes back what they said: everybody is told once, and nobody is shown it any more', async () => {
  const { room, owner, a, b, sockets } = await threeInARoom();
  const seq = await say(b, room);
  const before = await join(b, room, seq - 1);
  const told = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'takeback'));
  expect(await ask(b, 'takeback', { room, seq })).toEqual({ ok: true });
  expect((await told).find(({ kind }) => kind === 'takeback')).toMatchObject({
    about: seq,
    userId: before.me.id,
    user: 'system',
    chat: `${before.me.color}님이 메시지를 지웠습니다.`,
  });
  // At once, although the sweeper may not have erased it yet.
  const joined = await join(a, room);
  expect(JSON.stringify(joined)).not.toContain(CANARY);
  const { body } = await owner.http.get(`/room/${room}/chats`).expect(200);
  const blank = at((body as { chats: SentChat[] }).chats, seq);
  expect(blank).toMatchObject({ kind: 'chat', takenBack: true, nonce: 'n', userId: before.me.id });
  expect(blank).not.toHaveProperty('chat');
  expect((await owner.http.get(`/room/${room}`)).text).not.toContain(CANARY);
  // Then it is gone from the store as well, and the room need not remember it.
  await until(() => isErased(room));
  const stored = await app.store.chats.page(room, { after: seq - 1 }, 1);
  expect(stored[0]).toMatchObject({ seq, takenBack: true, nonce: 'n' });
  expect(JSON.stringify(stored)).not.toContain(CANARY);
  // Again, the answer is the same, and nothing is told a second time.
  expect(await ask(b, 'takeback', { room, seq })).toEqual({ ok: true });
  expect((await join(a, room)).seq).toBe(joined.seq);
  // The same text sent again by a client that missed its answer is the chat that was taken back.
  expect(await ask(b, 'chat', { room, chat: CANARY, nonce: 'n' })).toMatchObject({ ok: true, seq });
  for (const socket of sockets) socket.disconnect();
});

test('the owner may take back what others said; others may not, and entries about people stay', async () => {
  const { room, a, b, c, sockets } = await threeInARoom();
  const seq = await say(b, room);
  expect(await ask(c, 'takeback', { room, seq })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  expect(await ask(a, 'takeback', { room, seq: 1 })).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
  expect(await ask(a, 'takeback', { room, seq: 99 })).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
  const stranger = await (await person(app)).chat();
  expect(await ask(stranger, 'takeback', { room, seq })).toMatchObject({ ok: false });
  expect(await ask(a, 'takeback', { room, seq })).toEqual({ ok: true });
  expect(at((await join(a, room)).missed, seq)).toMatchObject({ takenBack: true });
  for (const socket of [...sockets, stranger]) socket.disconnect();
});

test('a GIF that was taken back is not served from that moment on, and its file is removed', async () => {
  const { room, guest, b, a, sockets } = await threeInARoom();
  const seen = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'gif'));
  await guest.http
    .post(`/room/${room}/gif`)
    .attach('gif', Buffer.from(gif({})), 'a.gif')
    .expect(200);
  const chat = (await seen).find(({ kind }) => kind === 'gif');
  if (chat?.kind !== 'gif' || chat.takenBack === true) throw new Error('no GIF');
  await guest.http.get(`/gif/${chat.gif}`).expect(200);
  expect(await ask(b, 'takeback', { room, seq: chat.seq })).toEqual({ ok: true });
  await guest.http.get(`/gif/${chat.gif}`).expect(404);
  const blank = at((await join(a, room)).missed, chat.seq);
  expect(blank).toMatchObject({ kind: 'gif', takenBack: true });
  expect(JSON.stringify(blank)).not.toContain(chat.gif);
  await until(async () => (await readdir(path.join(app.uploadsDir, room))).length === 0);
  for (const socket of sockets) socket.disconnect();
});

test('it works without scripts, and by a script over HTTP', async () => {
  const { room, guest, other, b, sockets } = await threeInARoom();
  const [one, two] = [
    await say(b, room),
    await ask<{ seq: number }>(b, 'chat', { room, chat: '둘' }).then((said) => (said.ok ? said.seq : 0)),
  ];
  await other.http.delete(`/room/${room}/chats/${String(one)}`).expect(403);
  await guest.http.delete(`/room/${room}/chats/${String(one)}`).expect(200, 'ok');
  await guest.http
    .post(`/room/${room}/chats/${String(two)}/takeback`)
    .set('accept', 'text/html')
    .expect(303)
    .expect('location', `/room/${room}`);
  await guest.http.delete(`/room/${room}/chats/1e2`).expect(400);
  await guest.http.delete(`/room/${room}/chats/${'9'.repeat(20)}`).expect(400);
  const { missed } = await join(b, room);
  expect(missed.filter((chat) => 'takenBack' in chat).map(({ seq }) => seq)).toEqual([one, two]);
  for (const socket of sockets) socket.disconnect();
});

test('in a room that stores nothing, the others are told what to blank', async () => {
  const { room, a, b, sockets } = await threeInARoom({ ephemeral: true });
  const seq = await say(b, room);
  const told = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'takeback'));
  expect(await ask(b, 'takeback', { room, seq })).toEqual({ ok: true });
  expect((await told).find(({ kind }) => kind === 'takeback')).toMatchObject({ about: seq });
  expect(await ask(b, 'takeback', { room, seq })).toEqual({ ok: true });
  // Whoever was away gets none of the missed chats, but has to know this.
  expect(await ask(a, 'join', { room, after: seq })).toMatchObject({
    ok: true,
    missed: [],
    takenBack: [seq],
  });
  for (const socket of sockets) socket.disconnect();
});

test('what was taken back before a crash is erased after it, and shown to nobody in between', async () => {
  const { room, b, sockets } = await threeInARoom();
  const seq = await say(b, room);
  const chat = (await app.store.chats.page(room, { after: seq - 1 }, 1))[0];
  for (const socket of sockets) socket.disconnect();
  await until(
    async () => (await app.store.rooms.get(room))?.people.every(({ until: end }) => end !== null) === true,
  );
  // The room as a process leaves it that ends right after the commit.
  const from = await app.store.rooms.get(room);
  if (from === undefined || chat === undefined) throw new Error('no room');
  const to = { ...from, version: from.version + 1, erasing: [{ seq, bytes: 1 }], dueAt: 1 };
  expect(await app.store.rooms.commit(from, to, [])).toBe(true);
  expect(JSON.stringify(await app.store.chats.page(room, 'newest', 50))).not.toContain(CANARY);
  await until(() => isErased(room));
  expect(JSON.stringify(await app.store.chats.page(room, 'newest', 50))).not.toContain(CANARY);
});

test('the book’s client hears nothing of what was taken back', async () => {
  const { room, b, sockets } = await threeInARoom();
  const book = await (await person(app)).chat();
  const events: string[] = [];
  book.onAny((event: string) => events.push(event));
  await ask(book, 'join', room);
  const seq = await say(b, room);
  await ask(b, 'takeback', { room, seq });
  const last = heard(book, 'chat', (chat) => 'chat' in chat && chat.chat === '끝');
  await ask(b, 'chat', { room, chat: '끝' });
  await last;
  expect(events).toEqual(['chat', 'chat']);
  for (const socket of [...sockets, book]) socket.disconnect();
});
