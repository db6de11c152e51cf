/** How long connections may take to read what waits for them, and how much may wait for all of them together. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import { once } from '../support/app';
import { openProxy, type Proxy } from '../support/proxy';
import { boundBacklog } from '../../src/sockets/backlog';
import { webSocketOf, type Connection } from '../../src/sockets/cut-off';

const PACKET = `2${JSON.stringify(['news', 'x'.repeat(16_384)])}`;
const http = createServer();
const server = new Server(http);
const lines: Proxy[] = [];
const clients: ClientSocket[] = [];
const backlogs: { stop(): void }[] = [];
beforeAll(async () => {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  for (const backlog of backlogs) backlog.stop();
  for (const one of lines) await one.close();
  await server.close();
});

/** Opens a connection over a line of its own. @returns both of its ends. */
async function connect(to = server, at = http) {
  const own = await openProxy('127.0.0.1', (at.address() as AddressInfo).port);
  lines.push(own);
  let accepted: Connection | undefined;
  to.engine.once('connection', (connection: Connection) => (accepted = connection));
  const client = io(`http://127.0.0.1:${String(own.port)}`, {
    transports: ['websocket'],
    reconnection: false,
  });
  clients.push(client);
  await once(client, 'connect');
  if (accepted === undefined) throw new Error('the server knows of no connection');
  const connection = accepted;
  const isOver = new Promise((resolve) => connection.once('close', resolve));
  return { line: own, client, connection, isOver };
}

/** Sends until so many bytes wait in this process, behind those that the system holds. */
async function fill({ connection }: { connection: Connection }, bytes: number): Promise<void> {
  while ((webSocketOf(connection)?.bufferedAmount ?? 0) === 0) {
    connection.send(PACKET);
    await new Promise(setImmediate);
  }
  for (let waiting = 0; waiting < bytes; waiting += PACKET.length) connection.send(PACKET);
}

test('a phone that reads 20 kB a second has all the time it needs, and one that reads nothing has 10 s', async () => {
  backlogs.push(boundBacklog(server.engine));
  const [phone, silent] = [await connect(), await connect()];
  phone.line.freeze();
  silent.line.freeze();
  await fill(phone, 65_536);
  await fill(silent, 65_536);
  phone.line.heal();
  phone.line.throttle(20_000);
  await silent.isOver;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(phone.connection.readyState).toBe('open');
  // It was not spared because nothing waited any more.
  expect(webSocketOf(phone.connection)?.bufferedAmount).toBeGreaterThan(0);
}, 60_000);

test('there is one budget for all connections, beyond which those go that read nothing', async () => {
  const small = new Server();
  const other = createServer();
  small.attach(other);
  backlogs.push(boundBacklog(small.engine, 600_000));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const [first, second, reader] = [
    await connect(small, other),
    await connect(small, other),
    await connect(small, other),
  ];
  first.line.freeze();
  second.line.freeze();
  const ends = [first, second].map(({ isOver }, index) => isOver.then(() => index));
  await fill(first, 400_000);
  await fill(second, 400_000);
  const over = await Promise.race(ends);
  const spared = over === 0 ? second : first;
  const news = once(reader.client, 'news');
  reader.connection.send(PACKET);
  await news;
  expect(webSocketOf(spared.connection)?.bufferedAmount).toBeGreaterThan(0);
  for (const { line: own } of [first, second, reader]) await own.close();
  await small.close();
}, 60_000);
