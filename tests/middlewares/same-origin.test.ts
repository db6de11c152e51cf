import { io } from 'socket.io-client';
import { createRoom, once, person, startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const foreign = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
];

test.each(foreign)('another site cannot post, remove or leave in a visitor’s name (%j)', async (headers) => {
  const who = await person(app);
  const room = await createRoom(who);
  for (const path of ['/room', `/room/${room}/chat`, `/room/${room}/leave`, `/room/${room}/enter`]) {
    await who.http.post(path).set(headers).type('form').send({ chat: 'x', title: 'x', max: '2' }).expect(403);
  }
  const answer = await who.http
    .delete(`/room/${room}`)
    .set(headers)
    .set('accept', 'application/json')
    .expect(403);
  expect(answer.body).toMatchObject({ error: { code: 'CROSS_SITE' } });
  await who.http.get(`/room/${room}`).set(headers).expect(200);
});

test.each(foreign)('another site cannot open a socket with a visitor’s cookie (%j)', async (headers) => {
  const { cookie } = await person(app);
  const socket = io(`${app.url}/chat`, {
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    extraHeaders: { cookie, ...headers },
  });
  await once(socket, 'connect_error');
  expect(socket.connected).toBe(false);
});

test('our own pages may, and so may programs without a browser', async () => {
  const who = await person(app);
  for (const headers of [
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: app.url },
    {},
  ]) {
    const room = await createRoom(who);
    await who.http.post(`/room/${room}/chat`).set(headers).send({ chat: 'x' }).expect(200);
  }
});
