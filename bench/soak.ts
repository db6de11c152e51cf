/**
 * Looks for leaks: `npm run soak [-- --cycles 20000 --warm-up 4000]`. In a cycle a person joins a room, chats, sends a
 * GIF and leaves; rooms are created and closed meanwhile. At the end memory, handles, listeners, timers, records and
 * files must be at most 10 % above what they were after the warm-up, else the exit code is 1. MONGO_URL names a MongoDB
 * server; without it the embedded store is used. Sessions are kept for a month by design, so the same people come again.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { open } from 'lmdb';
import mongoose from 'mongoose';
import { io } from 'socket.io-client';
import { programIn, startChild, type Child } from './child';
import type { Counts } from './holdings';
import { DATABASE_FILE } from '../src/stores/embedded-file';
import { ask, join, once as heard, type ChatClient } from '../tests/support/app';
import { gif } from '../tests/support/gif';
import { databaseOf } from '../tests/support/store';

const { values: options } = parseArgs({
  options: {
    cycles: { type: 'string', default: '20000' },
    'warm-up': { type: 'string', default: '4000' },
  },
});
const server = process.env['MONGO_URL'];
const MONGO_URL = server === undefined || server === '' ? undefined : databaseOf(server);
/** How many rooms are open at once. In each the owner stays, and the guests come and go. */
const TABLES = 6;
const GUESTS = 5;
const CYCLES_A_ROOM = 50;
/** How long the last rooms may take to disappear, in ms. A closed room's record is kept for a minute. */
const PATIENCE = 240_000;
/** By which fraction a number may have grown at the end. */
const SLACK = 0.1;
const GIF = new Blob([Uint8Array.from(gif({ width: 64, height: 64 }))], { type: 'image/gif' });
const TABLES_OF_LMDB = ['rooms', 'openRooms', 'due', 'chats', 'nonces', 'gifs', 'nodes', 'sessions'];
const COLLECTIONS = ['rooms', 'chats', 'nodes', 'sessions'];

interface Table {
  owner: string;
  guests: string[];
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-soak-'));
  const child = await startServer(folder);
  try {
    const { url } = child;
    const tables = await Promise.all(Array.from({ length: TABLES }, () => seat(url)));
    await cycle(url, tables, Number(options['warm-up']), 'warming up');
    const before = await countAll(child, folder);
    await cycle(url, tables, Number(options.cycles), 'soaking');
    process.exitCode = compare(before, await countAll(child, folder)) ? 0 : 1;
  } finally {
    await child.stop();
    await dropDatabase();
    await rm(folder, { recursive: true, force: true });
  }
}

function startServer(folder: string): Promise<Child> {
  const env = {
    ...programIn(folder),
    RECONNECT_GRACE_SECONDS: '1',
    EMPTY_ROOM_GRACE_SECONDS: '1',
    ...(MONGO_URL !== undefined && { MONGO_URL }),
  };
  const flags = ['-r', 'ts-node/register/transpile-only'];
  return startChild(path.join(__dirname, 'program.child.ts'), env, flags);
}

async function seat(url: string): Promise<Table> {
  const [owner = '', ...guests] = await Promise.all(Array.from({ length: 1 + GUESTS }, () => newPerson(url)));
  return { owner, guests };
}

/** @returns the new person's session cookie. */
async function newPerson(url: string): Promise<string> {
  const page = await fetch(`${url}/room`);
  await page.arrayBuffer();
  return page.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function cycle(url: string, tables: Table[], count: number, what: string): Promise<void> {
  const from = performance.now();
  let taken = 0;
  /** The number of the next cycle, counted over all rooms; 0 when enough cycles were made. */
  function next(): number {
    if (taken === count) return 0;
    taken++;
    if (taken % 1_000 === 0) {
      const rate = Math.round((taken * 1_000) / (performance.now() - from));
      say(`${what}: ${String(taken)} of ${String(count)} cycles, ${String(rate)} a second`);
    }
    return taken;
  }
  await Promise.all(
    tables.map(async (table) => {
      while (taken < count) await aRoom(url, table, next);
    }),
  );
}

/** The life of one room. It ends in one of three ways: the owner leaves, or removes it, or only disconnects. */
async function aRoom(url: string, { owner, guests }: Table, next: () => number): Promise<void> {
  const room = await createRoom(url, owner);
  const host = await connect(url, owner);
  await join(host, room);
  let left = CYCLES_A_ROOM;
  let last = 0;
  await Promise.all(
    guests.map(async (guest) => {
      while (left-- > 0) {
        const number = next();
        if (number === 0) return;
        last = number;
        await comeAndGo(url, room, guest, number);
      }
    }),
  );
  const closed = last % 3 === 1 ? heard(host, 'roomClosed') : undefined;
  if (last % 3 === 0) await expectOk(ask(host, 'leave', room));
  if (last % 3 === 1) await call(url, 'DELETE', `/room/${room}`, owner);
  await closed;
  host.disconnect();
}

async function comeAndGo(url: string, room: string, guest: string, number: number): Promise<void> {
  if (number % 4 === 0) await call(url, 'GET', `/room/${room}`, guest);
  const socket = await connect(url, guest, number % 5 === 0 ? ['polling', 'websocket'] : ['websocket']);
  const { people } = await join(socket, room);
  await expectOk(ask(socket, 'typing', { room, typing: true }));
  await expectOk(ask(socket, 'chat', { room, chat: `안녕하세요 ${String(number)}`, nonce: String(number) }));
  await expectOk(ask(socket, 'whisper', { room, to: people?.[0]?.id, chat: '귓속말' }));
  const form = new FormData();
  form.append('nonce', `gif ${String(number)}`);
  form.append('gif', GIF, 'a.gif');
  await call(url, 'POST', `/room/${room}/gif`, guest, form);
  if (number % 3 === 0) await call(url, 'POST', `/room/${room}/leave`, guest);
  if (number % 3 === 1) await expectOk(ask(socket, 'leave', room));
  socket.disconnect();
}

async function createRoom(url: string, owner: string): Promise<string> {
  const form = new URLSearchParams({ title: '오래가는 방', max: '10', password: '' });
  return (await call(url, 'POST', '/room', owner, form)).headers.get('location')?.split('/').at(-1) ?? '';
}

async function connect(url: string, cookie: string, transports = ['websocket']): Promise<ChatClient> {
  const socket: ChatClient = io(`${url}/chat`, {
    forceNew: true,
    reconnection: false,
    transports,
    extraHeaders: { cookie },
  });
  await heard(socket, 'connect');
  return socket;
}

/** @throws Error when the server refuses. */
async function call(
  url: string,
  method: string,
  where: string,
  cookie: string,
  body: RequestInit['body'] = null,
): Promise<Response> {
  const answer = await fetch(url + where, { method, headers: { cookie }, redirect: 'manual', body });
  const text = await answer.text();
  if (answer.status >= 400) throw new Error(`${method} ${where}: ${String(answer.status)} ${text}`);
  return answer;
}

async function expectOk(asked: ReturnType<typeof ask>): Promise<void> {
  const answer = await asked;
  if (!answer.ok) throw new Error(answer.code);
}

/** Waits until the last rooms are gone, then counts what the process, the store and the folder of uploads hold. */
async function countAll(child: Child, folder: string): Promise<Counts> {
  say('waiting until every room is gone');
  const end = performance.now() + PATIENCE;
  let records = await countRecords(folder);
  while (records['rooms: records'] !== 0 && performance.now() < end) {
    await wait(1_000);
    records = await countRecords(folder);
  }
  const uploads = await readdir(path.join(folder, 'uploads'), { recursive: true });
  return { ...(await child.counts()), ...records, files: uploads.length };
}

async function countRecords(folder: string): Promise<Counts> {
  if (MONGO_URL !== undefined) {
    return withDatabase(MONGO_URL, async (connection) => {
      const counts = await Promise.all(
        COLLECTIONS.map((name) => connection.collection(name).countDocuments()),
      );
      return Object.fromEntries(COLLECTIONS.map((name, index) => [`${name}: records`, counts[index] ?? 0]));
    });
  }
  const root = open(path.join(folder, DATABASE_FILE), { readOnly: true, maxDbs: 16 });
  try {
    return Object.fromEntries(
      TABLES_OF_LMDB.map((name) => [`${name}: records`, root.openDB(name, {}).getKeysCount()]),
    );
  } finally {
    await root.close();
  }
}

async function dropDatabase(): Promise<void> {
  if (MONGO_URL !== undefined) await withDatabase(MONGO_URL, (connection) => connection.dropDatabase());
}

async function withDatabase<T>(
  url: string,
  work: (connection: mongoose.Connection) => Promise<T>,
): Promise<T> {
  const connection = await mongoose.createConnection(url).asPromise();
  return work(connection).finally(() => connection.close());
}

/** @returns false when a number has grown by more than a tenth. */
function compare(before: Counts, after: Counts): boolean {
  const rows = Object.entries(after).map(([what, end]) => {
    const start = before[what] ?? 0;
    return { what, start, end, '%': start === 0 ? end * 100 : Math.round((end / start - 1) * 1_000) / 10 };
  });
  const hasStayed = rows.every(({ start, end }) => end <= start * (1 + SLACK));
  process.stdout.write(
    `\n${options.cycles} cycles on ${MONGO_URL === undefined ? 'the embedded store' : 'MongoDB'}\n`,
  );
  console.table(Object.fromEntries(rows.map(({ what, ...row }) => [what, row])));
  process.stdout.write(hasStayed ? 'all is as it was\n' : 'not all is as it was\n');
  return hasStayed;
}

/** Progress goes to stderr, so that stdout holds the table alone. */
function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

void main();
