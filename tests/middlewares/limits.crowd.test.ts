/** A school class has one address, and so has a hostile crowd. The limits stop the crowd, and the class notices nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import request from 'supertest';
import { ask, createRoom, join, many, person, startApp, type TestApp } from '../support/app';

// Here a password costs as much as in the program, about 0.2 s of a processor. Only 22 are checked or wait at once.
const [STUDENTS, MAKERS] = process.env['CI'] === 'true' ? [60, 40] : [25, 25];

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ rateLimits: true, passwordCost: undefined });
});
afterEach(() => app.stop());

test(`${String(STUDENTS)} students of one address enter a secret room within a minute, and all of them write`, async () => {
  const teacher = await person(app);
  const room = await createRoom(teacher, { password: '비밀', max: 100 });
  const answers = await many(STUDENTS, async (n) => {
    const student = await person(app);
    const { http } = student;
    // Some of them mistype once.
    if (n % 3 === 0) await http.post(`/room/${room}/enter`).type('form').send({ password: '비밀1' });
    for (;;) {
      const entered = await http.post(`/room/${room}/enter`).type('form').send({ password: '비밀' });
      if (entered.status === 303) break;
      // More come at once than passwords can be checked. The page says when to try again.
      expect(entered.headers['retry-after']).toBe('2');
      await wait(2_000);
    }
    const socket = await student.chat();
    await join(socket, room);
    return ask(socket, 'chat', { room, chat: '안녕하세요' });
  });
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
}, 120_000);

test(`${String(MAKERS)} students of one address make a secret room each`, async () => {
  await many(MAKERS, async () => {
    const { http } = await person(app);
    for (;;) {
      const made = await http.post('/room').send({ title: '방', password: '비밀' });
      if (made.status === 302) return;
      expect(made.headers['retry-after']).toBe('2');
      await wait(2_000);
    }
  });
}, 120_000);

test('new sessions that guess together are stopped, and an untouched room opens all the same', async () => {
  await app.stop();
  app = await startApp({ rateLimits: true, limitsFactor: 0.2 });
  const owner = await person(app);
  const room = await createRoom(owner, { password: '비밀' });
  const untouched = await createRoom(owner, { password: '다른 비밀' });
  const answers = [];
  for (let n = 0; n < 8; n++) {
    const { http } = await person(app);
    answers.push((await http.post(`/room/${room}/enter`).type('form').send({ password: 'x' })).status);
  }
  // A fifth of 30.
  expect(answers).toEqual([...Array<number>(6).fill(401), 429, 429]);
  const guest = await person(app);
  await guest.http.post(`/room/${untouched}/enter`).type('form').send({ password: '다른 비밀' }).expect(303);
}, 120_000);

test('pictures of a foreign page make no session and try no password', async () => {
  const owner = await person(app);
  const room = await createRoom(owner, { password: '비밀' });
  const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  for (let n = 0; n < 320; n++) {
    const { headers } = await request(app.url).get(`/room/${room}?password=x`).set(foreign);
    expect(headers['set-cookie']).toBeUndefined();
  }
  const guest = await person(app);
  await guest.http.post(`/room/${room}/enter`).type('form').send({ password: '비밀' }).expect(303);
  // A link on a foreign page still works.
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  await guest.http.get(`/room/${room}`).set(link).expect(200);
}, 120_000);

test('what is too large is refused as too large, everywhere', async () => {
  const who = await person(app);
  const room = await createRoom(who);
  await who.http
    .post(`/room/${room}/chat`)
    .send({ chat: 'a'.repeat(70_000) })
    .expect(413);
  await who.http
    .post(`/room/${room}/name`)
    .type('form')
    .send({ name: 'a'.repeat(70_000) })
    .expect(413);
  await who.http.post(`/room/${room}/gif`).field('nonce', 'a'.repeat(2_000)).expect(413);
  await who.http.get('/').set('x-long', 'a'.repeat(20_000)).expect(431);
  const socketIo = await request(app.url).get('/socket.io/?EIO=4&transport=polling').expect(200);
  expect(socketIo.headers['x-content-type-options']).toBe('nosniff');
});
