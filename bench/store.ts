/**
 * What the embedded store costs: `npm run bench:store [-- --chats 1000000 --rooms 10000 --seconds 2 --only growth,storm,sends]`.
 * A number alone depends on the machine, so each is shown beside another one of the same run: a large store beside a
 * small one, our store beside lmdb alone.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ObjectId } from 'bson';
import { open } from 'lmdb';
import { enter } from '../src/rules/places';
import * as rules from '../src/rules/room';
import * as talk from '../src/rules/talk';
import { createRoomChanger, PACE, type RoomChanger } from '../src/services/change-room';
import { createClock } from '../src/services/clock';
import { createServices } from '../src/services';
import { openEmbedded } from '../src/stores/embedded';
import { checkLmdbFile } from '../src/stores/lmdb-file';
import type { Store } from '../src/stores/store';
import type { Chat, Room } from '../src/types/room';
import { ROOMY } from '../tests/support/values';

const { values: options } = parseArgs({
  options: {
    chats: { type: 'string', default: '1000000' },
    rooms: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string', default: 'growth,storm,sends' },
  },
});
const CHATS = Number(options.chats);
const ROOMS = Number(options.rooms);
const SECONDS = Number(options.seconds);
const SMALL = { chats: 1_000, rooms: 10 };
const PEOPLE_IN_A_ROOM = 10;
/** The ids of our process, and of one that was killed. */
const NODE = 'bench';
const GONE = 'gone';
/** Two things are measured in short turns, one after the other; this is how many turns each gets. */
const TURNS = 8;
/** How many rooms are written at the same time while a store is filled. */
const AT_ONCE = 200;
const GRACES = { reconnectGrace: 15_000, emptyRoomGrace: 300_000 };

interface Filled {
  name: string;
  dir: string;
  store: Store;
  ids: string[];
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-bench-'));
  try {
    for (const [part, measure] of Object.entries({ growth, storm, sends })) {
      if (options.only.includes(part)) await measure(folder);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the same operations on a small store and on a large one, by turns. */
async function growth(folder: string): Promise<void> {
  const small = await fill(path.join(folder, 'small'), SMALL);
  const large = await fill(path.join(folder, 'large'), { chats: CHATS, rooms: ROOMS });
  const work: [string, (filled: Filled) => Promise<unknown>][] = [
    // Touch most rooms of the large store once, so that the system has mapped their pages before we measure.
    ['the newest 50 chats, first', ({ store, ids }) => store.chats.page(oneOf(ids), 'newest', 50)],
    ['the newest 50 chats', ({ store, ids }) => store.chats.page(oneOf(ids), 'newest', 50)],
    ['50 chats before', ({ store, ids }) => store.chats.page(oneOf(ids), { before: 60 }, 50)],
    ['10 rooms of the list', ({ store }) => store.rooms.list(undefined, SMALL.rooms)],
    ['what is due', ({ store }) => store.rooms.due(Date.now() - 3_600_000, 100)],
    ['a send', (filled) => sendOnce(filled)],
  ];
  const rows: Record<string, object> = {};
  for (const [name, act] of work) {
    say(name);
    if (name === 'the newest 50 chats') for (const filled of [small, large]) await readAll(filled);
    const times = new Map<Filled, number[]>([
      [small, []],
      [large, []],
    ]);
    const memory = heldMemory();
    const end = performance.now() + SECONDS * 1_000;
    while (performance.now() < end) {
      for (const [filled, taken] of times) {
        const from = performance.now();
        await act(filled);
        taken.push(performance.now() - from);
      }
    }
    const [one, other] = [median(times.get(small)), median(times.get(large))];
    rows[name] = {
      'small, ms': round(one),
      'large, ms': round(other),
      ratio: round(other / one),
      'memory, MB': round((heldMemory() - memory) / 2 ** 20),
    };
  }
  await small.store.close();
  await large.store.close();
  table(
    `${String(CHATS)} chats in ${String(ROOMS)} rooms, against ${String(SMALL.chats)} in ${String(SMALL.rooms)}`,
    rows,
  );
  await startUp([small, large]);
}

async function readAll({ store, ids }: Filled): Promise<void> {
  for (const id of ids) await store.chats.page(id, 'newest', 50);
}

/** A start after a crash: the rooms still list the sockets of the process that crashed. */
async function startUp(stores: Filled[]): Promise<void> {
  const rows: Record<string, object> = {};
  for (const { name, dir } of stores) {
    say(`starting on the ${name} store`);
    const file = path.join(dir, 'gifchat.mdb');
    const used = process.cpuUsage();
    const from = performance.now();
    await checkLmdbFile(file);
    const checked = performance.now();
    const store = await openEmbedded({ dir });
    const opened = performance.now();
    const services = createServices(store, {
      uploadsDir: path.join(dir, 'uploads'),
      rateLimits: false,
      ...ROOMY,
      ...GRACES,
    });
    await services.start();
    const started = performance.now();
    await services.healed();
    const healed = performance.now();
    await services.stop();
    await store.close();
    rows[name] = {
      'file, MB': round((await stat(file)).size / 2 ** 20),
      'the check alone, ms': round(checked - from),
      'check and open, ms': round(opened - checked),
      'then until it listens, ms': round(started - opened),
      'and is healed, ms': round(healed - started),
      'processor, ms': round(process.cpuUsage(used).user / 1_000),
    };
  }
  table('starting', rows);
}

/** 200 people join one room at the same time. */
async function storm(folder: string): Promise<void> {
  const dir = path.join(folder, 'storm');
  const store = await openEmbedded({ dir });
  const room = newRoom(0, NODE);
  await store.rooms.insert(room);
  let commits = 0;
  const changer = changerOf(store, () => commits++, PACE.turn);
  const from = performance.now();
  await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      changer.change(room._id, {
        apply: (current, at) =>
          enter(current, `p${String(index)}`, { node: NODE, id: `s${String(index)}` }, at),
      }),
    ),
  );
  table('200 people join at once', { 'all are in': { ms: round(performance.now() - from), commits } });
  await store.close();
}

/** Acknowledged sends in a second, beside lmdb alone storing the same records with the same durability. */
async function sends(folder: string): Promise<void> {
  const rows: Record<string, object> = {};
  let run = 0;
  for (const people of [2, 500]) {
    for (const many of [false, true]) {
      for (const writers of [1, 32, 256]) {
        const name = `${String(writers)} writers, ${many ? 'a room each' : 'one room'}, ${String(people)} people`;
        say(name);
        const rooms = Array.from({ length: many ? writers : 1 }, () => newRoom(people, NODE));
        const dir = path.join(folder, `sends-${String(run++)}`);
        const [bare, ours, free] = await inTurn(
          [
            bareSends(path.join(dir, 'bare'), rooms),
            await ourSends(path.join(dir, 'ours'), rooms, PACE.turn),
            await ourSends(path.join(dir, 'free'), rooms, 0),
          ],
          writers,
        );
        rows[name] = {
          'bare, a second': Math.round(bare.sends),
          'ours, a second': Math.round(ours.sends),
          'commits, a second': Math.round(ours.commits),
          '%': Math.round((ours.sends / bare.sends) * 100),
          'without turns': Math.round(free.sends),
          ' %': Math.round((free.sends / bare.sends) * 100),
        };
        await rm(dir, { recursive: true });
      }
    }
  }
  table('sends', rows);
}

/** Something that can send chats: our store, or lmdb alone. */
interface Sender {
  send(writer: number): Promise<unknown>;
  /** How many commits were made so far. */
  commits(): number;
  close(): Promise<void>;
}

async function ourSends(dir: string, rooms: Room[], turn: number): Promise<Sender> {
  const store = await openEmbedded({ dir });
  await Promise.all(rooms.map((room) => store.rooms.insert(room)));
  let commits = 0;
  const changer = changerOf(store, () => commits++, turn);
  return {
    send: (writer) => send(changer, roomOf(rooms, writer)._id),
    commits: () => commits,
    close: () => store.close(),
  };
}

/** The same work in lmdb alone: each send puts a room, a chat and its nonce in one transaction. */
function bareSends(dir: string, given: Room[]): Sender {
  const root = open(path.join(dir, 'bare.mdb'), { overlappingSync: false, eventTurnBatching: false });
  const tables = {
    rooms: root.openDB('rooms', {}),
    chats: root.openDB('chats', {}),
    nonces: root.openDB('nonces', {}),
  };
  const rooms = given.map((room) => ({ ...room }));
  let commits = 0;
  return {
    async send(writer) {
      const from = roomOf(rooms, writer);
      const { room, said } = sayIn(from, randomUUID());
      from.seq = room.seq;
      await root.transaction(() => {
        void tables.rooms.put(room._id, { ...room, createdAt: 0 });
        for (const chat of said) {
          void tables.chats.put([room._id, chat.seq], { ...chat, createdAt: 0 });
          void tables.nonces.put([room._id, chat.userId, chat.nonce], chat.seq);
        }
      });
      commits++;
    },
    commits: () => commits,
    close: () => root.close(),
  };
}

/** Measures in short turns, so that other work of the machine slows all of them alike. @returns rates a second. */
async function inTurn(senders: [Sender, Sender, Sender], writers: number) {
  const counts = senders.map((sender) => ({ sender, sends: 0, ms: 0 }));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const count of counts) {
      const from = performance.now();
      const end = from + (SECONDS * 1_000) / TURNS;
      const loop = async (writer: number) => {
        while (performance.now() < end) {
          await count.sender.send(writer);
          count.sends++;
        }
      };
      await Promise.all(Array.from({ length: writers }, (_, writer) => loop(writer)));
      count.ms += performance.now() - from;
    }
  }
  await Promise.all(senders.map((sender) => sender.close()));
  const rate = (index: number) => {
    const { sender, sends, ms } = counts[index] ?? { sender: senders[0], sends: 0, ms: 1 };
    return { sends: (sends / ms) * 1_000, commits: (sender.commits() / ms) * 1_000 };
  };
  return [rate(0), rate(1), rate(2)] as const;
}

function roomOf(rooms: Room[], writer: number): Room {
  const room = rooms[writer % rooms.length];
  if (room === undefined) throw new Error('there are no rooms');
  return room;
}

function changerOf(store: Store, changed: () => void, turn: number): RoomChanger {
  const listener = { changed, gone: () => undefined };
  return createRoomChanger({
    store,
    clock: createClock(),
    nodeId: () => NODE,
    graces: GRACES,
    listener,
    pace: { ...PACE, turn },
  });
}

function send(changer: RoomChanger, room: string): Promise<unknown> {
  const nonce = randomUUID();
  return changer.change(room, {
    nonce: { userId: 'owner', nonce },
    apply: (current, at, heard) =>
      talk.say(current, 'owner', { kind: 'chat', chat: TEXT, nonce }, 'socket', heard.byNonce, at),
  });
}

/** What one send asks of the store: read the room, look up the nonce, commit. */
async function sendOnce({ store, ids }: Filled): Promise<void> {
  const nonce = randomUUID();
  const room = await store.rooms.get(oneOf(ids));
  if (room === undefined) throw new Error('a room is missing');
  await store.chats.byNonce(room._id, [{ userId: 'owner', nonce }]);
  const { room: to, said } = sayIn(room, nonce);
  await store.rooms.commit(room, { ...to, version: room.version + 1 }, said);
}

const TEXT = '안녕하세요, 반갑습니다. 오늘은 웹 소켓을 배웁니다.';

function sayIn(room: Room, nonce: string): { room: Room; said: Chat[] } {
  return done(
    talk.say(room, 'owner', { kind: 'chat', chat: TEXT, nonce }, 'socket', () => undefined, moment()),
  );
}

/** A room with so many `people`, the owner among them; each has one socket of this process. */
function newRoom(people: number, node: string): Room {
  const _id = new ObjectId().toHexString();
  let room = rules.create(
    { _id, title: '방', max: 500, password: null, ephemeral: false },
    'owner',
    moment(),
  );
  for (let index = 0; index < people; index++) {
    const userId = index === 0 ? 'owner' : randomUUID();
    room = done(enter(room, userId, { node, id: randomUUID().slice(0, 20) }, moment())).room;
  }
  return { ...room, seq: 0 };
}

async function fill(dir: string, { chats, rooms }: { chats: number; rooms: number }): Promise<Filled> {
  const store = await openEmbedded({ dir });
  await store.nodes.enroll(GONE);
  const each = Math.floor(chats / rooms);
  const template = newRoom(PEOPLE_IN_A_ROOM, GONE);
  const ids: string[] = [];
  while (ids.length < rooms) {
    const made = Array.from({ length: Math.min(AT_ONCE, rooms - ids.length) }, () => ({
      ...template,
      _id: new ObjectId().toHexString(),
      // As in real use: a few rooms have people, most are empty and wait for their grace to end.
      ...(ids.length % 5 === 0 ? {} : { people: template.people.slice(0, 1) }),
    }));
    await Promise.all(
      made.map(async (room) => {
        await store.rooms.insert(room);
        let to: Room = room;
        const said: Chat[] = [];
        for (let seq = 1; seq <= each; seq++) {
          const outcome = sayIn(to, randomUUID());
          to = outcome.room;
          said.push(...outcome.said);
        }
        await store.rooms.commit(room, { ...to, version: 2 }, said);
        ids.push(room._id);
      }),
    );
    say(`filling: ${String(ids.length)} of ${String(rooms)} rooms`);
  }
  return { name: `${String(chats)} chats`, dir, store, ids };
}

function moment(): rules.Moment {
  return { now: Date.now(), ...GRACES };
}

function done<A>(outcome: rules.Outcome<A>): { room: Room; said: Chat[]; answer: A } {
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome;
}

function oneOf(ids: string[]): string {
  return ids[randomInt(ids.length)] ?? '';
}

function median(times: number[] = []): number {
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? NaN;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Memory of the process itself, in bytes, without the pages of the database file that the system maps. */
function heldMemory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Progress goes to stderr, so that stdout holds the tables alone. */
function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

function table(title: string, rows: Record<string, object>): void {
  process.stdout.write(`\n${title}\n`);
  console.table(rows);
}

void main();
