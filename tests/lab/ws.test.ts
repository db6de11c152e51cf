import { once } from 'node:events';
import { io } from 'socket.io-client';
import { vi } from 'vitest';
import { loadConfig } from '../../src/config';
import { logger } from '../../src/logger';
import type { Crowd } from '../../src/types/lab';
import { once as next, person, startApp, type TestApp, until } from '../support/app';
import { openEvents, openSocket } from '../support/lab';
import { LOG } from '../support/log';

const GREETING = '서버에서 클라이언트로 메시지를 보냅니다.';
const REPLY = '클라이언트에서 서버로 답장을 보냅니다.';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe.each(['/lab/ws', '/'])('the bare WebSocket at %s', (path) => {
  test('says its sentence every three seconds', async () => {
    const { socket } = openSocket(app.url + path);
    const began = performance.now();
    for (let n = 1; n <= 2; n += 1) {
      const [data] = (await once(socket, 'message')) as [Buffer];
      expect(data.toString()).toBe(GREETING);
      expect(performance.now() - began).toBeGreaterThan(n * 3_000 - 100);
    }
    socket.close();
  });

  test('is refused to the pages of other sites', async () => {
    const foreign = openSocket(app.url + path, { origin: 'https://evil.example' });
    expect(await foreign.refused).toBe(403);
    const own = openSocket(app.url + path, { origin: app.url });
    await own.opened;
    own.socket.close();
  });
});

test('tells how many clients there are and how their replies add up, until they are gone', async () => {
  const events = await openEvents(`${app.url}/lab/ws/crowd`);
  expect(events.headers['content-type']).toMatch(/^text\/event-stream/);
  const clients = [openSocket(`${app.url}/lab/ws`), openSocket(`${app.url}/`)];
  const crowd = async (isIt: (crowd: Crowd) => boolean): Promise<Crowd> => {
    for (;;) {
      const told = JSON.parse((await events.next())?.data ?? '') as Crowd;
      if (isIt(told)) return told;
    }
  };
  const before = (await crowd(({ clients }) => clients === 2)).replies;
  for (const { socket } of clients) {
    socket.on('message', () => socket.send(REPLY));
  }
  await crowd(({ replies, lately }) => replies >= before + 2 && lately > 0);
  for (const { socket } of clients) socket.close();
  await crowd(({ clients, lately }) => clients === 0 && lately === 0);
  events.close();
});

test('a request for nothing but the headers of the event stream gets them at once', async () => {
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(`${app.url}/lab/ws/crowd`, { method: 'HEAD', signal });
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
});

test('writes into the log who comes, what they say, and that they go', async () => {
  const talkative = await startApp({ log: 'info' });
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  try {
    const { socket, opened } = openSocket(`${talkative.url}/lab/ws`);
    await opened;
    socket.send(`${REPLY}\n2000-01-01T00:00:00.000Z error made up`);
    await until(async () => lines.some((line) => line.includes(REPLY)));
    socket.close();
    await until(async () => lines.some((line) => line.includes('클라이언트 접속 해제 127.0.0.1')));
    expect(lines.some((line) => line.includes('새로운 클라이언트 접속 127.0.0.1'))).toBe(true);
    expect(lines.some((line) => line.startsWith('2000-01-01'))).toBe(false);
  } finally {
    log.mockRestore();
    await talkative.stop();
    logger.setLevel(loadConfig({ COOKIE_SECRET: '-', LOG }).log);
  }
});

test('stands beside Socket.IO, and upgrades to nothing are ended', async () => {
  const who = await person(app);
  const bare = openSocket(app.url, { cookie: who.cookie });
  const chat = await who.chat();
  await bare.opened;
  const polling = io(`${app.url}/room`, { forceNew: true, transports: ['polling', 'websocket'] });
  await next(polling, 'connect');
  await until(async () => polling.io.engine.transport.name === 'websocket');
  expect(bare.socket.readyState).toBe(bare.socket.OPEN);
  expect(chat.connected).toBe(true);
  const nowhere = openSocket(`${app.url}/lab/nowhere`);
  await nowhere.closed;
  for (const socket of [chat, polling]) socket.disconnect();
  bare.socket.close();
});

test('with the lab switched off, there is no bare WebSocket, no page and no news', async () => {
  const off = await startApp({ lab: false });
  const who = await person(off);
  for (const path of ['/', '/lab/ws']) {
    const { closed, heard } = openSocket(off.url + path);
    expect((await closed).code).toBe(1006);
    expect(heard).toEqual([]);
  }
  for (const path of ['/lab', '/lab/ws', '/lab/ws/crowd', '/lab/source/ws.ts']) {
    await who.http.get(path).expect(404);
  }
  const list = await who.http.get('/').expect(200);
  expect(list.text).not.toContain('href="/lab');
  const socket = io(`${off.url}/lab/chat`, { forceNew: true, reconnection: false });
  const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
  expect(error.message).toBe('Invalid namespace');
  socket.disconnect();
  await off.stop();
});
