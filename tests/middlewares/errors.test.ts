import { once } from 'node:events';
import http from 'node:http';
import request from 'supertest';
import { vi } from 'vitest';
import type { Store } from '../../src/stores/store';
import { createRoom, person, startApp, until, type TestApp } from '../support/app';
import { LOG } from '../support/log';
import { loadConfig } from '../../src/config';
import { logger } from '../../src/logger';
import type { Room } from '../../src/types/room';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test('an unknown address is answered with 404 and the book’s sentence, or with JSON if JSON is asked for', async () => {
  const page = await request(app.url).get('/nope').expect(404);
  expect(page.type).toBe('text/html');
  expect(page.text).toContain('GET /nope 라우터가 없습니다.');
  const json = await request(app.url).get('/nope').set('accept', 'application/json').expect(404);
  expect(json.body).toMatchObject({ error: { code: 'PAGE_NOT_FOUND' } });
});

test.each([
  [
    'broken JSON',
    (http: request.Agent, room: string) => http.post(`/room/${room}/chat`).type('json').send('{"chat":'),
    400,
  ],
  [
    'JSON that is no object',
    (http: request.Agent, room: string) => http.post(`/room/${room}/chat`).type('json').send('null'),
    400,
  ],
  [
    'a body in an unknown encoding',
    (http: request.Agent, room: string) =>
      http.post(`/room/${room}/chat`).type('json').set('content-encoding', 'nope').send('{}'),
    400,
  ],
  [
    '99 KB of chat',
    (http: request.Agent, room: string) => http.post(`/room/${room}/chat`).send({ chat: 'x'.repeat(99_000) }),
    413,
  ],
  [
    'a broken multipart body',
    (http: request.Agent, room: string) =>
      http
        .post(`/room/${room}/gif`)
        .set('content-type', 'multipart/form-data; boundary=x')
        .send('--x\r\nnonsense'),
    400,
  ],
  [
    'a broken escape in the address',
    (http: request.Agent) => http.get('/room/%E0%A4%A').set('accept', 'application/json'),
    400,
  ],
])('%s is answered with an error code, and without a stack trace', async (_what, send, status) => {
  const who = await person(app);
  const room = await createRoom(who);
  const answer = await send(who.http, room).expect(status);
  expect(answer.text).not.toMatch(/\bat .*\.(js|ts):\d+/);
  expect(answer.body).toMatchObject({
    error: { code: expect.any(String) as string, message: expect.any(String) as string },
  });
});

test('a request without a path is answered with 404', async () => {
  const { port } = new URL(app.url);
  const asked = http.request({ port, host: '127.0.0.1', path: '*', method: 'OPTIONS' }).end();
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(404);
});

test.each([25, 5_000])(
  'an id of %d characters is answered as a missing room, at every address',
  async (length) => {
    const { http } = await person(app);
    const id = '0'.repeat(length);
    const asked = [
      http.get(`/room/${id}`),
      http.get(`/room/${id}/chats`),
      http.delete(`/room/${id}`),
      http.post(`/room/${id}/chat`).send({ chat: '말' }),
      http.post(`/room/${id}/enter`).send({ password: 'x' }),
    ];
    for (const ask of asked) {
      const answer = await ask.set('accept', 'application/json').expect(404);
      expect(answer.body).toMatchObject({ error: { code: 'ROOM_NOT_FOUND' } });
    }
    await http.post(`/room/${id}/leave`).expect(303);
  },
);

test('pages have the security headers, and do not name the server’s software', async () => {
  const page = await request(app.url).get('/').expect(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(page.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  });
  expect(page.headers['x-powered-by']).toBeUndefined();
  expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=/);
});

test('a mistake of ours is 500 with a text, and one line in the log with its route and stack, without secrets', async () => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const odd: object[] = [
    {
      get title(): string {
        throw new Error('odd');
      },
    },
  ];
  const failing = await startApp({ log: 'error' }, (store: Store) => ({
    ...store,
    rooms: { ...store.rooms, list: () => Promise.resolve(odd as Room[]) },
  }));
  await request(failing.url).get('/?password=hunter2').expect(500);
  await failing.stop();
  vi.restoreAllMocks();
  logger.setLevel(loadConfig({ COOKIE_SECRET: '-', LOG }).log);
  expect(lines).toEqual([
    expect.stringMatching(
      / error fault \d+: GET \/\?password=\[redacted\]: Error: odd .*errors\.test\.ts:\d+/,
    ),
  ]);
});

test('when the store fails, the program answers 503 and goes on', async () => {
  const failing = await startApp({}, (store: Store) => ({
    ...store,
    rooms: { ...store.rooms, list: () => Promise.reject(new Error('away')) },
    ping: () => Promise.reject(new Error('away')),
  }));
  await request(failing.url).get('/').expect(503);
  await request(failing.url).get('/healthz').expect(503);
  await failing.stop();
  await request(app.url).get('/healthz').expect(200, { status: 'ok' });
});

test('the health is 503 while the store takes no sign of life, also where it answers', async () => {
  let isAway = false;
  const failing = await startApp({}, (store: Store) => ({
    ...store,
    nodes: {
      ...store.nodes,
      sign: (id) => (isAway ? Promise.reject(new Error('full')) : store.nodes.sign(id)),
    },
  }));
  const health = async () => (await request(failing.url).get('/healthz')).status;
  expect(await health()).toBe(200);
  isAway = true;
  await until(async () => (await health()) === 503);
  isAway = false;
  await until(async () => (await health()) === 200);
  await failing.stop();
});
