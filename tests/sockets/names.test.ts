/** Names of people, through sockets and through HTTP. */
import type { Joined, SentChat } from '../../src/types/events';
import { ask, createRoom, heard, join, person, startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const kindsOf = (chats: SentChat[]) => chats.map(({ kind, name }) => [kind, name]);
const saysName = (chats: SentChat[]) => chats.some(({ kind }) => kind === 'name');

/** Two people in a new room, of whom the second came with this name. */
async function twoInARoom(name?: string) {
  const [owner, guest] = await Promise.all([person(app), person(app)]);
  const room = await createRoom(owner);
  const [a, b] = [await owner.chat(), await guest.chat()];
  await join(a, room);
  const ofGuest = await ask<Joined>(b, 'join', { room, after: 0, name });
  if (!ofGuest.ok) throw new Error(ofGuest.code);
  return { owner, guest, room, a, b, ofGuest };
}

test('a person who comes with a name is known by it, beside the color, in everything they do', async () => {
  const { room, a, b, ofGuest, owner } = await twoInARoom('민아');
  expect(ofGuest.me.name).toBe('민아');
  expect(ofGuest.nameRefused).toBeUndefined();
  expect(kindsOf(ofGuest.missed)).toEqual([
    ['join', undefined],
    ['join', '민아'],
  ]);
  expect(ofGuest.people?.map(({ name }) => name)).toEqual([undefined, '민아']);
  const said = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'chat'));
  await ask(b, 'chat', { room, chat: '안녕' });
  expect((await said).find(({ kind }) => kind === 'chat')).toMatchObject({
    name: '민아',
    user: ofGuest.me.color,
  });
  const whispered = heard(a, 'whisper');
  const me = await join(a, room, 2);
  await ask(b, 'whisper', { room, to: me.me.id, chat: '귓속말' });
  expect((await whispered).from.name).toBe('민아');
  const page = await owner.http.get(`/room/${room}`).expect(200);
  expect(page.text).toContain('민아');
  for (const socket of [a, b]) socket.disconnect();
});

test('a name that is taken, looks like a taken one, or cannot be a name keeps nobody out', async () => {
  const { room, a, b } = await twoInARoom('mina');
  for (const name of ['ＭＩＮＡ', 'mіna', 'a\u202eb', 'system', '가'.repeat(21), 7, { a: 1 }]) {
    const other = await (await person(app)).chat();
    const joined = await ask<Joined>(other, 'join', { room, after: 0, name });
    expect(joined).toMatchObject({ ok: true, nameRefused: true });
    expect(joined.ok && joined.me.name).toBeUndefined();
    other.disconnect();
  }
  for (const socket of [a, b]) socket.disconnect();
});

test('a change of the name is told to the room once, and the log shows who is called what', async () => {
  const { room, a, b, ofGuest } = await twoInARoom('민아');
  const told = heard(a, 'chats', saysName);
  expect(await ask(b, 'rename', { room, name: ' 준 ' })).toEqual({ ok: true });
  expect((await told).find(({ kind }) => kind === 'name')).toMatchObject({
    user: 'system',
    userId: ofGuest.me.id,
    name: '준',
    chat: `${ofGuest.me.color}님의 이름은 준입니다.`,
  });
  expect(await ask(b, 'rename', { room, name: '준' })).toEqual({ ok: true });
  expect(await ask(b, 'rename', { room, name: '' })).toEqual({ ok: true });
  const again = await join(a, room);
  expect(kindsOf(again.missed).slice(2)).toEqual([
    ['name', '준'],
    ['name', undefined],
  ]);
  expect(again.people?.map(({ name }) => name)).toEqual([undefined, undefined]);
  for (const socket of [a, b]) socket.disconnect();
});

test('a name of another person, a text that is no name, and a stranger are refused', async () => {
  const { room, a, b } = await twoInARoom('민아');
  expect(await ask(a, 'rename', { room, name: '민아' })).toMatchObject({ ok: false, code: 'NAME_TAKEN' });
  expect(await ask(a, 'rename', { room, name: 'a\nb' })).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
  const stranger = await (await person(app)).chat();
  expect(await ask(stranger, 'rename', { room, name: '나' })).toMatchObject({ code: 'NOT_ADMITTED' });
  for (const socket of [a, b, stranger]) socket.disconnect();
});

test('the book’s client hears nothing of names', async () => {
  const { room, a, b } = await twoInARoom();
  const reader = await person(app);
  const book = await reader.chat();
  const events: string[] = [];
  book.onAny((event: string) => events.push(event));
  await ask(book, 'join', room);
  await ask(b, 'rename', { room, name: '민아' });
  const chat = heard(book, 'chat');
  await ask(b, 'chat', { room, chat: '이름 뒤' });
  expect(await chat).toMatchObject({ chat: '이름 뒤' });
  expect(events).toEqual(['chat']);
  for (const socket of [a, b, book]) socket.disconnect();
});

test('without scripts, a form gives the creator a name and changes it', async () => {
  const owner = await person(app);
  const room = await createRoom(owner, { name: ' 방장 ' });
  const page = 'text/html';
  const named = await owner.http.get(`/room/${room}`).expect(200);
  expect(named.text).toContain('방장');
  const form = (name: string) =>
    owner.http.post(`/room/${room}/name`).type('form').set('accept', page).send({ name });
  const changed = await form('미나').expect(303).expect('location', `/room/${room}`);
  // The page's script remembers it.
  expect(String(changed.headers['set-cookie'])).toContain(
    `named=${encodeURIComponent('미나')}; Max-Age=60; Path=/room/${room};`,
  );
  const { body } = await owner.http.get(`/room/${room}/chats`).expect(200);
  expect(kindsOf((body as { chats: SentChat[] }).chats)).toContainEqual(['name', '미나']);
  const refused = await form('a\u202eb').expect(400);
  expect(refused.text).toContain('이름은 글자, 숫자, 띄어쓰기, 이모지로 20자까지입니다.');
  expect(refused.headers['set-cookie']).toBeUndefined();
  const other = await person(app);
  await other.http.post(`/room/${room}/name`).send({ name: '미나' }).expect(409);
  await owner.http.post('/room').send({ title: '방', name: 'a\u202eb' }).expect(400);
});
