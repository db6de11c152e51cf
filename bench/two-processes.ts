/**
 * What people notice of a room whose people are spread over two processes of the program on one MongoDB:
 * `MONGO_URL=… npm run bench:processes [-- --seconds 40 --rate 7.5 --people 20]`, the rate in chats a second of all
 * people together. It works in a database of its own, which is dropped afterwards.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { listen, type Listener } from './listener';
import { ask, createRoom, person, until, type ChatClient, type Person } from '../tests/support/app';
import { compile } from '../tests/support/compiled';
import { createServer, type Server } from '../tests/support/servers';
import { databaseOf, dropDatabase } from '../tests/support/store';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    rate: { type: 'string', default: '7.5' },
    people: { type: 'string', default: '20' },
  },
});
const SECONDS = Number(options.seconds);
const RATE = Number(options.rate);
const PEOPLE = Number(options.people);
const PROCESSES = 2;
/** How long chats may take to arrive after the last was said, in ms: who joined too often is refused for a minute. */
const PATIENCE = 80_000;

interface Seat {
  socket: ChatClient;
  listener: Listener;
}

/** When each text was sent, by the monotonic clock, and how late it arrived at each person. */
interface Watch {
  saidAt: Map<string, number>;
  /** Of each delivery to somebody else than the sender: how long it took, in ms. */
  latencies: number[];
}

async function main(): Promise<void> {
  const server = process.env['MONGO_URL'];
  if (server === undefined || server === '') throw new Error('MONGO_URL must name a MongoDB server');
  const url = databaseOf(server);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-bench-'));
  const compiled = await compile();
  const env = {
    MONGO_URL: url,
    DATA_DIR: path.join(folder, 'data'),
    UPLOADS_DIR: path.join(folder, 'uploads'),
    RATE_LIMITS: 'on',
  };
  const servers = Array.from({ length: PROCESSES }, () => createServer(compiled, env));
  try {
    await Promise.all(servers.map((one) => one.start()));
    await measure(servers);
  } finally {
    await Promise.all(servers.map((one) => one.stop()));
    await compiled.dispose();
    await rm(folder, { recursive: true, force: true });
    await dropDatabase(url);
  }
}

async function measure(servers: Server[]): Promise<void> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, index) => visit(servers, index)));
  const [owner] = people;
  if (owner === undefined) throw new Error('there must be somebody');
  const room = await createRoom(owner, { max: Math.max(PEOPLE, 2) });
  const watch: Watch = { saidAt: new Map(), latencies: [] };
  const seats = await Promise.all(people.map((who, index) => sit(who, String(index), room, watch)));
  const said = await talk(seats, room, watch);
  const expected = said * (PEOPLE - 1);
  await until(() => Promise.resolve(watch.latencies.length >= expected), PATIENCE).catch(() => undefined);
  for (const { listener, socket } of seats) {
    listener.stop();
    socket.disconnect();
  }
  print(
    seats.map(({ listener }) => listener),
    said,
    expected,
    watch.latencies,
  );
}

/** People sit at the processes by turns. */
function visit(servers: Server[], index: number): Promise<Person> {
  const port = servers[index % servers.length]?.port();
  return person({ url: `http://127.0.0.1:${String(port)}`, sockets: [] });
}

/** @param name begins each text that this person says. */
async function sit(who: Person, name: string, room: string, { saidAt, latencies }: Watch): Promise<Seat> {
  const socket = await who.chat();
  const listener = await listen(socket, room, (chat) => {
    const text = chat.kind === 'gif' ? '' : (chat.chat ?? '');
    const at = saidAt.get(text);
    if (at === undefined || text.startsWith(`${name}:`)) return;
    latencies.push(performance.now() - at);
  });
  return { socket, listener };
}

/** Somebody says something at every beat. @returns how many chats were acknowledged. */
async function talk(seats: Seat[], room: string, { saidAt }: Watch): Promise<number> {
  const answers: Promise<boolean>[] = [];
  const from = performance.now();
  for (let number = 0; number < SECONDS * RATE; number++) {
    await wait(Math.max(0, from + (number * 1_000) / RATE - performance.now()));
    const index = randomInt(seats.length);
    const socket = seats[index]?.socket;
    if (socket === undefined) continue;
    const chat = `${String(index)}: 말 ${String(number)}`;
    saidAt.set(chat, performance.now());
    answers.push(
      ask(socket, 'chat', { room, chat, nonce: String(number) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }
  return (await Promise.all(answers)).filter((isSaid) => isSaid).length;
}

function print(listeners: Listener[], said: number, expected: number, latencies: number[]): void {
  const sum = (count: (listener: Listener) => number) =>
    listeners.reduce((total, listener) => total + count(listener), 0);
  const sorted = latencies.sort((one, other) => one - other);
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1]?.toFixed(0) ?? '-';
  const rows = [
    ['behind events', sum(({ behinds }) => behinds)],
    ['joins after the first', sum(({ joins }) => joins - 1)],
    ['refused joins', sum(({ refused }) => refused)],
    ['chats said', said],
    ['deliveries seen, of those expected', `${String(sorted.length)} / ${String(expected)}`],
    ['seen after, ms: p50 / p99 / max', [0.5, 0.99, 1].map(at).join(' / ')],
  ];
  const head = `${String(PEOPLE)} people at ${String(PROCESSES)} processes, ${options.rate} chats/s, ${options.seconds} s`;
  const lines = rows.map(([name = '', value = '']) => `${String(name).padEnd(36)}${String(value)}`);
  process.stdout.write(`${[head, ...lines].join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
