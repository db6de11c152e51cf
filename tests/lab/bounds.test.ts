import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { MemoryStore } from 'express-session';
import { io, type Socket as Client } from 'socket.io-client';
import { WebSocket } from 'ws';
import { endings } from '../../src/locales/lab';
import type { Bounds } from '../../src/lab/bounds/bounds';
import { once as heard, until } from '../support/app';
import { isLetIn, openEvents, openSocket, startLab, type LabApp } from '../support/lab';

let lab: LabApp;
const clients: Client[] = [];
async function start(bounds: Partial<Bounds> = {}): Promise<void> {
  lab = await startLab(bounds);
}
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await lab.stop();
});

/** A Socket.IO socket of the lab; `ended` is the reason that the server gives before it disconnects it. */
function openNamespace(name: string, cookie = '') {
  const client = io(lab.url + name, {
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    extraHeaders: { cookie },
  });
  clients.push(client);
  return {
    client,
    connected: new Promise<void>((resolve) => client.once('connect', resolve)),
    refused: new Promise<string>((resolve) =>
      client.once('connect_error', ({ message }) => resolve(message)),
    ),
    ended: new Promise<string>((resolve) => client.once('ended', resolve)),
    disconnected: new Promise<string>((resolve) => client.once('disconnect', resolve)),
  };
}

/** A WebSocket on which a test writes the bytes itself. The handshake is done. */
async function openRaw(): Promise<Socket> {
  const { hostname, port } = new URL(lab.url);
  const raw = connect(Number(port), hostname);
  raw.write(
    'GET /lab/ws HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [answer] = (await once(raw, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
  return raw;
}

/** The close frame that comes on a raw connection: its code and its reason. */
async function closeFrame(raw: Socket): Promise<{ code: number; reason: string }> {
  let bytes = Buffer.alloc(0);
  for await (const data of raw) {
    bytes = Buffer.concat([bytes, data as Buffer]);
    // Before it come pings, which are two bytes each: 0x89 and a length of 0.
    const at = bytes.indexOf(0x88);
    if (at >= 0 && bytes.length >= at + 2 + (bytes[at + 1] ?? 0)) {
      return { code: bytes.readUInt16BE(at + 2), reason: bytes.subarray(at + 4).toString() };
    }
  }
  throw new Error('no close frame came');
}

describe('a bare WebSocket is closed alone, with a reason,', () => {
  test.each([
    ['that sends bytes instead of text', Buffer.from([1, 2, 3]), 1003, endings.binary],
    ['that sends a megabyte', 'x'.repeat(2 ** 20), 1009, endings.tooLarge],
  ])('%s', async (_what, message, code, reason) => {
    await start();
    const [good, bad] = [openSocket(`${lab.url}/lab/ws`), openSocket(`${lab.url}/lab/ws`)];
    await Promise.all([good.opened, bad.opened]);
    bad.socket.send(message);
    expect(await bad.closed).toEqual({ code, reason });
    await once(good.socket, 'message');
    good.socket.close();
  });

  test('that sends half a frame and falls silent', async () => {
    await start({ heartbeat: 1_000 });
    const good = openSocket(`${lab.url}/lab/ws`);
    const raw = await openRaw();
    // A text of 100 bytes is announced, with its mask, and two bytes of it come.
    raw.write(Buffer.from([0x81, 0x80 | 100, 1, 2, 3, 4, 5, 6]));
    expect(await closeFrame(raw)).toEqual({ code: 1002, reason: endings.silent });
    expect(good.socket.readyState).toBe(WebSocket.OPEN);
    good.socket.close();
    raw.destroy();
  });

  test('that breaks off in the middle of a frame', async () => {
    await start({ sockets: 2 });
    const good = openSocket(`${lab.url}/lab/ws`);
    await good.opened;
    const raw = await openRaw();
    raw.end(Buffer.from([0x81, 0x80 | 100, 1, 2, 3, 4, 5, 6]));
    await once(raw.resume(), 'close');
    // Its place is free again.
    await until(() => isLetIn(`${lab.url}/lab/ws`));
    expect(good.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('that breaks the protocol', async () => {
    await start();
    const raw = await openRaw();
    // A client must mask what it sends.
    raw.write(Buffer.from([0x81, 2, 0x68, 0x69]));
    expect(await closeFrame(raw)).toEqual({ code: 1002, reason: endings.badFrame });
    raw.destroy();
  });

  test.each(['send', 'ping'] as const)('that floods (%s)', async (how) => {
    await start();
    const { socket, opened, closed } = openSocket(`${lab.url}/lab/ws`);
    await opened;
    for (let n = 0; n < 2_000; n += 1) socket[how]('x');
    expect(await closed).toEqual({ code: 1008, reason: endings.tooFast });
  });
});

describe('a socket of a namespace is ended alone, with a reason,', () => {
  test.each([
    ['that sends bytes', '/', 'reply', Buffer.from([1, 2, 3])],
    ['that sends what is no text', '/', 'reply', { $ne: null }],
    ['that sends what has a length that is no number', '/', 'reply', { length: { toString: 1, valueOf: 1 } }],
    ['that sends an event that nobody knows', '/', 'delete everything', 'x'],
    ['that joins a room that is another socket', '/lab/rooms/0123abcd/red', 'join', 'x'.repeat(20)],
    ['that writes a book', '/lab/chat', 'chat', { room: 'x', chat: 'x'.repeat(501) }],
  ])('%s', async (_what, name, event, payload) => {
    await start();
    const [good, bad] = [openNamespace(name), openNamespace(name)];
    await Promise.all([good.connected, bad.connected]);
    bad.client.emit(event, payload);
    expect(await bad.ended).toBe(endings.unknown);
    expect(await bad.disconnected).toBe('io server disconnect');
    expect(good.client.connected).toBe(true);
  });

  test('that floods', async () => {
    await start();
    const { client, connected, ended } = openNamespace('/');
    await connected;
    for (let n = 0; n < 2_000; n += 1) client.emit('reply', 'x');
    expect(await ended).toBe(endings.tooFast);
  });

  test('when all of them together have passed on too much, whichever of them sent it', async () => {
    await start({ messagesPassedOn: 3 });
    const [first, second] = [openNamespace('/lab/chat'), openNamespace('/lab/rooms/0123abcd/red')];
    await Promise.all([first.connected, second.connected]);
    for (let n = 0; n < 10; n += 1) {
      first.client.emit('chat', { room: '1', chat: 'x' });
      second.client.emit('broadcast');
    }
    expect(await Promise.race([first.ended, second.ended])).toBe(endings.tooBusy);
  });

  test('that sends a megabyte', async () => {
    await start();
    const [good, bad] = [openNamespace('/'), openNamespace('/')];
    await Promise.all([good.connected, bad.connected]);
    bad.client.emit('reply', 'x'.repeat(2 ** 20));
    await bad.disconnected;
    expect(good.client.connected).toBe(true);
  });
});

describe('connections of all kinds are counted together:', () => {
  test('so many of one session, however many another one has', async () => {
    await start({ socketsOfSession: 4 });
    const [cookie, other] = [await lab.session(), await lab.session()];
    const run = await startRun(cookie);
    const events = await openEvents(`${lab.url}/lab/ws/crowd`, cookie);
    const bare = openSocket(`${lab.url}/lab/ws`, { cookie });
    const named = openNamespace('/lab/chat', cookie);
    await Promise.all([bare.opened, named.connected]);
    await once(bare.socket, 'message');

    const fifth = openSocket(`${lab.url}/lab/ws`, { cookie });
    expect(await fifth.closed).toEqual({ code: 1008, reason: endings.tooMany });
    expect(await openNamespace('/', cookie).refused).toBe(endings.tooMany);
    expect((await openEvents(`${lab.url}/lab/ws/crowd`, cookie)).status).toBe(429);
    for (const way of ['long', 'events']) {
      expect((await fetch(`${lab.url}/lab/compare/runs/${run}/${way}`, { headers: { cookie } })).status).toBe(
        429,
      );
    }
    await openNamespace('/', other).connected;

    // A connection that ends gives its seat back.
    named.client.disconnect();
    events.close();
    await until(() => isLetIn(`${lab.url}/`, { cookie }));
    bare.socket.close();
  });

  test('so many of one address without a session', async () => {
    await start({ socketsOfAddress: 2 });
    const cookie = await lab.session();
    await Promise.all([openNamespace('/').connected, openNamespace('/').connected]);
    expect(await openNamespace('/').refused).toBe(endings.tooManyHere);
    await openNamespace('/', cookie).connected;
  });

  test('so many in all', async () => {
    await start({ sockets: 2 });
    const [first, second] = [openNamespace('/'), openNamespace('/lab/chat')];
    await Promise.all([first.connected, second.connected]);
    const cookie = await lab.session();
    expect(await openSocket(`${lab.url}/`, { cookie }).closed).toEqual({ code: 1013, reason: endings.full });
    expect((await fetch(`${lab.url}/lab/compare/runs`, { method: 'POST' })).status).toBe(429);
  });
});

test('who is gone before being let in holds no seat: by a Socket.IO connection that breaks at once', async () => {
  await start({ socketsOfSession: 1 });
  const cookie = await lab.session();
  const polling = `${lab.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(polling, { headers: { cookie } })).text();
  const sid = /"sid":"([^"]+)"/.exec(opened)?.[1] ?? '';
  // The second packet is none of Socket.IO's, so that it ends the connection.
  await fetch(`${polling}&sid=${sid}`, { method: 'POST', headers: { cookie }, body: '40/lab/chat,\x1e4?' });
  const { connected, refused } = openNamespace('/lab/chat', cookie);
  expect(await Promise.race([connected, refused])).toBeUndefined();
});

test('who is gone before being let in holds no seat: by a request that is given up while its session is read', async () => {
  const store = new MemoryStore();
  const read = store.get.bind(store);
  let isRead = (): void => undefined;
  lab = await startLab({ socketsOfSession: 1 }, store);
  const cookie = await lab.session();
  const reading = new Promise<void>((resolve) => {
    store.get = (id, done) => {
      resolve();
      isRead = () => read(id, done);
    };
  });
  const asked = get(`${lab.url}/lab/ws/crowd`, { headers: { cookie }, agent: false });
  asked.on('error', () => undefined);
  await reading;
  asked.destroy();
  await heard(asked, 'close');
  // By this second request the server has seen that the first one is gone.
  store.get = read;
  await fetch(lab.url);
  isRead();
  expect((await openEvents(`${lab.url}/lab/ws/crowd`, cookie)).status).toBe(200);
});

test('a comparison that ends while an answer of it is under way leaves that answer whole', async () => {
  const store = new MemoryStore();
  lab = await startLab({}, store);
  const cookie = await lab.session();
  const started = (await (await fetch(`${lab.url}/lab/compare/runs`, { method: 'POST' })).json()) as {
    id: string;
  };
  const run = `${lab.url}/lab/compare/runs/${started.id}`;
  // The last byte of an answer is sent when its session is kept.
  let sendLast = (): void => undefined;
  const keeping = new Promise<void>((resolve) => {
    store.touch = (_id, _session, done) => {
      sendLast = () => done?.();
      resolve();
    };
  });
  const asked = fetch(`${run}/short`, { headers: { cookie } });
  await keeping;
  await fetch(run, { method: 'DELETE' });
  sendLast();
  expect(await (await asked).json()).toMatchObject({ count: 0 });
});

test('no connection lasts longer than it may, and each is told so', async () => {
  await start({ life: 300 });
  const bare = openSocket(`${lab.url}/lab/ws`);
  const named = openNamespace('/lab/chat');
  const events = await openEvents(`${lab.url}/lab/ws/crowd`);
  expect(await bare.closed).toEqual({ code: 1000, reason: endings.timeIsUp });
  expect(await named.ended).toBe(endings.timeIsUp);
  const told = [];
  for (let event = await events.next(); event !== undefined; event = await events.next()) told.push(event);
  expect(told.at(-1)).toEqual({ event: 'ended', data: endings.timeIsUp });
});

test('when the server stops, every connection is told so', async () => {
  await start();
  const bare = openSocket(`${lab.url}/lab/ws`);
  const named = openNamespace('/lab/chat');
  await Promise.all([once(bare.socket, 'message'), named.connected]);
  const [closed, ended] = [bare.closed, named.ended];
  await lab.stop();
  expect(await closed).toEqual({ code: 1001, reason: endings.stopping });
  expect(await ended).toBe(endings.stopping);
  await start();
});

test('every reason fits into a close frame', () => {
  for (const reason of Object.values(endings)) expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});

async function startRun(cookie: string): Promise<string> {
  const answer = await fetch(`${lab.url}/lab/compare/runs`, { method: 'POST', headers: { cookie } });
  const { id } = (await answer.json()) as { id: string };
  return id;
}
