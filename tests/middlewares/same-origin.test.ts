import { io } from 'socket.io-client';
import request from 'supertest';
import { vi } from 'vitest';
import { createRoom, once, person, startApp, type TestApp } from '../support/app';
import { LOG } from '../support/log';
import { loadConfig, type Config } from '../../src/config';
import { logger } from '../../src/logger';

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
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => 'connected'),
    once(socket, 'connect_error').then(() => 'refused'),
  ]);
  socket.disconnect();
  expect(outcome).toBe('refused');
});

test('our own pages may do all that, and so may programs that are no browser', async () => {
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

describe('where browsers say only where a page is from', () => {
  const PUBLIC_URL = new URL('https://example.org/chat/');
  /** What browsers and proxies send, with the settings that let it through and those that do not. */
  const asked: [string, Record<string, string>, Partial<Config>, boolean][] = [
    ['the host alone', { origin: 'http://example.org', host: 'example.org' }, {}, true],
    ['a host without the port', { origin: 'http://example.org:8080', host: 'example.org' }, {}, true],
    [
      'a host with the usual port of https',
      { origin: 'https://example.org', host: 'example.org:443' },
      {},
      true,
    ],
    [
      'a host with the usual port of http',
      { origin: 'http://example.org', host: 'example.org:80' },
      {},
      true,
    ],
    ['a host in capitals', { origin: 'http://example.org', host: 'Example.ORG' }, {}, true],
    ['an IPv6 host', { origin: 'http://[::1]:8005', host: '[0::1]:8005' }, {}, true],
    ['an IPv6 host without the port', { origin: 'http://[::1]:8005', host: '[::1]' }, {}, true],
    ['another port', { origin: 'http://example.org:9999', host: 'example.org:8005' }, {}, false],
    ['another host', { origin: 'https://example.org.evil.example', host: 'example.org' }, {}, false],
    ['a host that is none', { origin: 'https://example.org', host: 'a b' }, {}, false],
    ['the name of the upstream', { origin: 'https://example.org', host: 'gif-chat:8005' }, {}, false],
    [
      'a forwarded host that nobody vouches for',
      { origin: 'https://example.org', host: 'gif-chat:8005', 'x-forwarded-host': 'example.org' },
      {},
      false,
    ],
    [
      'a forwarded host from another proxy than the trusted one',
      { origin: 'https://example.org', host: 'gif-chat:8005', 'x-forwarded-host': 'example.org' },
      { trustProxy: ['10.0.0.0/8'] },
      false,
    ],
    [
      'the host that a trusted proxy forwards',
      { origin: 'https://example.org', host: 'gif-chat:8005', 'x-forwarded-host': 'example.org' },
      { trustProxy: 1 },
      true,
    ],
    [
      'the host that the first of several proxies forwards',
      { origin: 'https://example.org', host: 'gif-chat', 'x-forwarded-host': 'example.org, inner' },
      { trustProxy: ['loopback'] },
      true,
    ],
    [
      'a page of plain http where the site is https',
      {
        origin: 'http://example.org',
        host: 'example.org',
        'x-forwarded-host': 'example.org',
        'x-forwarded-proto': 'https',
      },
      { trustProxy: 1 },
      false,
    ],
    [
      'the protocol of a WebSocket',
      { origin: 'https://example.org', host: 'example.org', 'x-forwarded-proto': 'wss' },
      { trustProxy: 1 },
      true,
    ],
    [
      'the address of PUBLIC_URL',
      { origin: 'https://example.org', host: 'gif-chat' },
      { publicUrl: PUBLIC_URL },
      true,
    ],
    [
      'another address than PUBLIC_URL',
      { origin: 'https://example.com', host: 'gif-chat' },
      { publicUrl: PUBLIC_URL },
      false,
    ],
    [
      'PUBLIC_URL by plain http',
      { origin: 'http://example.org', host: 'example.org' },
      { publicUrl: PUBLIC_URL },
      false,
    ],
  ];

  test.each(asked)('%s', async (_what, headers, settings, isLetIn) => {
    const behind = await startApp(settings);
    try {
      const handshake = await request(behind.url).get('/socket.io/?EIO=4&transport=polling').set(headers);
      expect(handshake.status).toBe(isLetIn ? 200 : 403);
      const post = await request(behind.url).post('/room').set(headers).type('form').send({});
      expect(post.status).toBe(isLetIn ? 400 : 403);
    } finally {
      await behind.stop();
    }
  });
});

test('a refusal is logged with its reason and what to set, and a flood of them once', async () => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const loud = await startApp({ log: 'warn' });
  try {
    for (let n = 0; n < 3; n++) {
      await request(loud.url)
        .get('/socket.io/?EIO=4&transport=polling&password=hunter2')
        .set({ origin: 'https://example.org', host: 'gif-chat:8005' })
        .expect(403);
    }
  } finally {
    await loud.stop();
    vi.restoreAllMocks();
    logger.setLevel(loadConfig({ COOKIE_SECRET: '-', LOG }).log);
  }
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/https:\/\/example\.org asked gif-chat:8005.*PUBLIC_URL.*TRUST_PROXY/);
  expect(lines[0]).not.toContain('hunter2');
});
