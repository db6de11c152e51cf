import { readdir } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import {
  ask,
  createRoom,
  heard,
  join,
  person,
  startApp,
  until,
  type Person,
  type TestApp,
} from '../support/app';
import { gif } from '../support/gif';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ rateLimits: true });
});
afterAll(() => app.stop());

test('after ten wrong passwords for a room, pages and scripts get 429, but only for this room and this person', async () => {
  const [owner, guest, other] = [await person(app), await person(app), await person(app)];
  const room = await createRoom(owner, { password: '비밀' });
  const enter = (who: Person, password: string) =>
    who.http.post(`/room/${room}/enter`).set('accept', 'text/html').type('form').send({ password });
  for (let n = 0; n < 10; n++) await enter(guest, String(n)).expect(401);
  const { headers, text } = await enter(guest, '비밀').expect(429);
  expect(Number(headers['retry-after'])).toBeGreaterThan(200);
  expect(text).toContain(`${String(headers['retry-after'])}초 뒤에`);
  const json = await guest.http.get(`/room/${room}?password=x`).set('accept', 'application/json').expect(429);
  expect(json.body).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  const elsewhere = await createRoom(owner, { password: 'x' });
  await guest.http.post(`/room/${elsewhere}/enter`).type('form').send({ password: 'x' }).expect(303);
  await enter(other, '비밀').expect(303);
});

test('a whole class with one address gets in by the right password', async () => {
  const owner = await person(app);
  const room = await createRoom(owner, { password: '비밀' });
  // One more than wrong passwords are allowed.
  for (let i = 0; i < 11; i++) {
    const { http } = await person(app);
    await http.post(`/room/${room}/enter`).type('form').send({ password: '비밀' }).expect(303);
  }
});

test('all addresses of one IPv6 network together may guess as often as one address', async () => {
  const behind = await startApp({ rateLimits: true, limitsFactor: 0.2, trustProxy: 1 });
  try {
    const room = await createRoom(await person(behind), { password: '비밀' });
    const guess = (address: string) =>
      request(behind.url)
        .post(`/room/${room}/enter`)
        .set({ 'x-forwarded-for': address, accept: 'application/json' })
        .send({ password: 'x' });
    // Each guess is of a new session, and they have a bound together: a fifth of 30.
    for (let i = 1; i <= 6; i++) await guess(`2001:db8:0:7::${String(i)}`).expect(401);
    await guess('2001:db8:0:7:ffff::1').expect(429);
    await guess('2001:db8:0:8::1').expect(401);
  } finally {
    await behind.stop();
  }
});

test('after twelve GIFs further uploads get 429, before they are read', async () => {
  const who = await person(app);
  const room = await createRoom(who);
  const send = () => who.http.post(`/room/${room}/gif`).attach('gif', gif(), 'a.gif');
  for (let i = 0; i < 12; i++) await send().expect(200);
  expect((await send().expect(429)).body).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  // A wrong field would be answered with 400 if the upload were read.
  await who.http.post(`/room/${room}/gif`).attach('file', Buffer.from('x'), 'a.gif').expect(429);
  expect(await readdir(path.join(app.uploadsDir, '.incoming'))).toEqual([]);
  const page = await who.http
    .post(`/room/${room}/gif`)
    .set('accept', 'text/html')
    .attach('gif', gif(), 'a.gif')
    .expect(429);
  expect(page.text).toContain('id="chat-form"');
  await who.http.post(`/room/${room}/chat`).send({ chat: '말은 됩니다' }).expect(200);
});

test('after thirty chats further ones are refused over the socket and over HTTP', async () => {
  const who = await person(app);
  const room = await createRoom(who);
  const socket = await who.chat();
  await join(socket, room);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => ask(socket, 'chat', { room, chat: String(i) })),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(30);
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ code: 'RATE_LIMITED' });
  await who.http.post(`/room/${room}/chat`).send({ chat: '또' }).expect(429);
});

test('too many joins of missing rooms are refused', async () => {
  const who = await person(app);
  const socket = await who.chat();
  const answers = await Promise.all(Array.from({ length: 70 }, () => ask(socket, 'join', '0'.repeat(24))));
  expect(answers.at(-1)).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
});

test('too many joins of one room are refused, but the person stays in the room', async () => {
  const [owner, guest] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  const [speaker, socket] = [await owner.chat(), await guest.chat()];
  await join(speaker, room);
  const answers = await Promise.all(
    Array.from({ length: 70 }, () => ask(socket, 'join', { room, after: 0 })),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(60);
  expect(answers.at(-1)).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
  const live = heard(socket, 'chats', (chats) => chats.some(({ kind }) => kind === 'chat'));
  await ask(speaker, 'chat', { room, chat: '아직 들려요?' });
  await live;
  expect(await ask(socket, 'chat', { room, chat: '네' })).toMatchObject({ ok: true });
});

test('too many leaves are refused over the socket and over HTTP, but a refused one still gives up the socket’s place', async () => {
  const [owner, guest] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  await join(await owner.chat(), room);
  const socket = await guest.chat();
  const { me } = await join(socket, room);
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(socket, 'leave', '0'.repeat(24))));
  expect(answers.at(-1)).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
  expect(await ask(socket, 'leave', room)).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
  await until(async () => {
    const place = (await app.store.rooms.get(room))?.people.find(({ id }) => id === me.id);
    return place?.sockets.length === 0;
  });
  await guest.http.post(`/room/${room}/leave`).expect(429);
});
