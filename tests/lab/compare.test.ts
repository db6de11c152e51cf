import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Count, RunReport, Way } from '../../src/types/lab';
import { startApp, type TestApp, until } from '../support/app';
import { openEvents, openSocket } from '../support/lab';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function startRun(): Promise<string> {
  const answer = await fetch(`${app.url}/lab/compare/runs`, { method: 'POST' });
  expect(answer.status).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  return `${app.url}/lab/compare/runs/${id}`;
}
const json = async <T>(url: string, init?: RequestInit): Promise<T> =>
  (await fetch(url, init)).json() as Promise<T>;
const costOf = async (run: string, way: Way) => (await json<RunReport>(run)).costs[way];
const socketOf = (run: string) => run.replace(/runs\/(.*)/, 'ws?run=$1');

test('all four ways tell the same counter, and a slow one misses what a fast one hears', async () => {
  const run = await startRun();
  const events = await openEvents(`${run}/events`);
  const socket = openSocket(socketOf(run));
  const counted: Count[] = [];
  while ((counted.at(-1)?.count ?? 0) < 3)
    counted.push(JSON.parse((await events.next())?.data ?? '') as Count);
  // An event for each change, without gaps, with the moment of the change.
  expect(counted.map(({ count }) => count)).toEqual(counted.map((_, at) => at));
  await until(async () => socket.heard.some((text) => (JSON.parse(text) as Count).count >= 3));
  expect(socket.heard.map((text) => JSON.parse(text) as Count)).toEqual(
    expect.arrayContaining(counted.slice(1)),
  );

  const long = await json<Count>(`${run}/long?after=${String(counted.at(-1)?.count)}`);
  expect(long.count).toBeGreaterThan(3);
  const short = await json<Count>(`${run}/short`);
  expect(short.count).toBeGreaterThanOrEqual(long.count);
  const { now } = await json<RunReport>(run);
  expect(now).toBeGreaterThanOrEqual(short.at);
  events.close();
  socket.socket.close();
});

test('a waiting poll is answered at once when there is something new, and else when it changes', async () => {
  const run = await startRun();
  const first = await json<Count>(`${run}/long?after=-1`);
  const second = await json<Count>(`${run}/long?after=${String(first.count)}`);
  expect(second.count).toBe(first.count + 1);
});

test('bytes are those that went over the connection, headers included', async () => {
  const run = await startRun();
  const { hostname, port } = new URL(app.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let sent = 0;
  let received = 0;
  for (let n = 0; n < 3; n += 1) {
    const req = request(`${run}/short`, { agent, headers: { 'x-filling': 'é'.repeat(n) } });
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const { socket } = res;
    await once(res.resume(), 'end');
    [sent, received] = [socket.bytesWritten, socket.bytesRead];
  }
  agent.destroy();
  await until(async () => (await costOf(run, 'short')).down === received);
  expect(await costOf(run, 'short')).toEqual({ requests: 3, up: sent, down: received });

  const raw = connect(Number(port), hostname);
  const { pathname, search } = new URL(socketOf(run));
  raw.write(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(raw, 'data');
  await until(async () => {
    const { requests, up, down } = await costOf(run, 'socket');
    return requests === 1 && up === raw.bytesWritten && down === raw.bytesRead;
  });
  raw.destroy();
});

test('a stopped run ends its connections, and is gone', async () => {
  const run = await startRun();
  const events = await openEvents(`${run}/events`);
  const { closed, opened } = openSocket(socketOf(run));
  await opened;
  const waiting = fetch(`${run}/long?after=1000`);
  await until(async () => (await json<RunReport>(run)).costs.long.requests === 1);
  const report = await json<RunReport>(run, { method: 'DELETE' });
  expect((await waiting).status).toBe(404);
  expect(report.costs.events.requests).toBe(1);
  expect((await closed).code).toBe(1000);
  while ((await events.next()) !== undefined) continue;
  for (const url of [run, `${run}/short`, `${run}/long`, `${run}/events`]) {
    const answer = await fetch(url);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'PAGE_NOT_FOUND' } });
  }
  expect((await openSocket(socketOf(run)).closed).code).toBe(1008);
});

test('a run may be asked so often and no more, and not by other sites', async () => {
  const run = await startRun();
  const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${run}/short`)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  for (const [url, method] of [
    [`${app.url}/lab/compare/runs`, 'POST'],
    [run, 'DELETE'],
  ] as const) {
    const answer = await fetch(url, { method, headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
  }
});
