import { ask, createRoom, join, person, startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ rateLimits: true });
});
afterAll(() => app.stop());

test('guessing a password is stopped, for pages and scripts, and other rooms are not affected', async () => {
  const [owner, guest] = [await person(app), await person(app)];
  const room = await createRoom(owner, { password: '비밀' });
  const answers = [];
  for (let i = 0; i < 12; i++) {
    answers.push(
      (
        await guest.http
          .post(`/room/${room}/enter`)
          .type('form')
          .send({ password: String(i) })
      ).status,
    );
  }
  expect(answers.slice(0, 10)).toEqual(Array(10).fill(401));
  expect(answers.slice(10)).toEqual([429, 429]);
  const json = await guest.http.get(`/room/${room}?password=x`).set('accept', 'application/json').expect(429);
  expect(json.body).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  const other = await createRoom(owner, { password: 'x' });
  await guest.http.post(`/room/${other}/enter`).type('form').send({ password: 'x' }).expect(303);
});

test('a flood of chats is stopped with RATE_LIMITED by both doors', async () => {
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

test('a flood of joins is stopped', async () => {
  const who = await person(app);
  const socket = await who.chat();
  const answers = await Promise.all(Array.from({ length: 70 }, () => ask(socket, 'join', '0'.repeat(24))));
  expect(answers.at(-1)).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
});
