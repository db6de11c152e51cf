import { io } from 'socket.io-client';
import request from 'supertest';
import { once, startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ publicUrl: new URL('https://example.org/chat/') });
});
afterAll(() => app.stop());

/** Addresses in a page that lead nowhere, since they are not below the site's path. */
const strays = (page: string) =>
  [...page.matchAll(/(?:href|src|action)="(\/(?!chat\/)[^"]*)"/g)].map(([, url]) => url);

test.each([
  ['leaves the path on', '/chat'],
  ['takes the path off', ''],
])('behind a proxy that %s, all is below the path of PUBLIC_URL', async (_what, prefix) => {
  const http = request.agent(app.url);
  const form = await http.get(`${prefix}/room`).expect(200);
  expect(strays(form.text)).toEqual([]);
  expect(form.text).toContain('action="/chat/room"');
  const cookie = String(form.headers['set-cookie']);
  expect(cookie).toMatch(/; Path=\/chat;.*; Secure/);
  const made = await http
    .post(`${prefix}/room`)
    .set({ cookie, accept: 'text/html' })
    .type('form')
    .send({ title: '방', max: 10, password: 'x' })
    .expect(302);
  const [, id] = /^\/chat\/room\/([0-9a-f]{24})$/.exec(String(made.headers['location'])) ?? [];
  const own = (path: string) => `${prefix}/room/${String(id)}${path}`;
  const room = await http.get(own('')).set('cookie', cookie).expect(200);
  expect(strays(room.text)).toEqual([]);
  const list = await http.get(`${prefix}/`).expect(200);
  expect(strays(list.text)).toEqual([]);
  expect(list.text).toContain(`href="/chat/room/${String(id)}"`);
  const password = await http.get(own('')).set('accept', 'text/html').expect(401);
  expect(strays(password.text)).toEqual([]);
  const none = await http.get(`${prefix}/nope`).expect(404);
  expect(none.text).toContain('GET /nope 라우터가 없습니다.');
  expect(strays(none.text)).toEqual([]);
  for (const [path, to] of [
    ['/chat', `/chat/room/${String(id)}`],
    ['/leave', '/chat/'],
  ] as const) {
    const posted = await http
      .post(own(path))
      .set({ cookie, accept: 'text/html' })
      .type('form')
      .send({ chat: '말' })
      .expect(303);
    expect(posted.headers['location']).toBe(to);
  }
  const gone = await http.get(own('')).set({ cookie, accept: 'text/html' }).expect(302);
  expect(gone.headers['location']).toMatch(/^\/chat\/\?error=/);
  await http.get(`${prefix}/main.css`).expect(200);
  await http.get(`${prefix}/healthz`).expect(200);
  await http.get(`${prefix}/socket.io/socket.io.js`).expect(200);
});

test.each(['/chat/socket.io', '/socket.io'])('sockets connect at %s, with the session', async (path) => {
  const form = await request(app.url).get('/chat/room').expect(200);
  const cookie = String(form.headers['set-cookie']).split(';')[0] ?? '';
  for (const transports of [['websocket'], ['polling']]) {
    const socket = io(`${app.url}/chat`, {
      path,
      transports,
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie },
    });
    app.sockets.push(socket);
    await once(socket, 'connect');
    const answer: unknown = await socket
      .timeout(20_000)
      .emitWithAck('join', { room: '0'.repeat(24), after: 0 });
    expect(answer).toMatchObject({ code: 'ROOM_NOT_FOUND' });
    socket.disconnect();
  }
});

test('the path alone is the list, and what only begins like it is not below it', async () => {
  const list = await request(app.url).get('/chat').expect(200);
  expect(list.text).toContain('GIF 채팅방');
  await request(app.url).get('/chat?before=x').expect(200);
  await request(app.url).get('/chatter').expect(404);
});

test('the cookie is secure where a trusted proxy says that the browser asked by https', async () => {
  const behind = await startApp({ trustProxy: 1 });
  try {
    for (const [headers, isSecure] of [
      [{ 'x-forwarded-proto': 'https' }, true],
      [{ 'x-forwarded-proto': 'http' }, false],
      [{}, false],
    ] as const) {
      const page = await request(behind.url).get('/room').set(headers).expect(200);
      expect(/; Secure/.test(String(page.headers['set-cookie']))).toBe(isSecure);
    }
  } finally {
    await behind.stop();
  }
});

test('the policy of a page lets its sockets connect by whatever name the site has', async () => {
  const page = await request(app.url).get('/chat/').set('host', 'gif-chat:8005').expect(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain('wss://example.org ');
  expect(policy).toContain('ws://gif-chat:8005');
});
