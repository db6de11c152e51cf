/**
 * The heap that a person costs whose `/chat` socket is in a room, in kB of 1,000 bytes, beside bare Socket.IO in the same
 * run: `npm run bench:memory [-- --rooms 5 --people 100 --chats 200]`, people in each room and chats in its log.
 * The server is a process of its own; the people are here.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { io, type Socket } from 'socket.io-client';
import { programIn, startChild, type Child } from './child';
import { ask, createRoom, once, person, type ChatClient, type Person } from '../tests/support/app';
import { compile } from '../tests/support/compiled';

const { values: options } = parseArgs({
  options: {
    rooms: { type: 'string', default: '5' },
    people: { type: 'string', default: '100' },
    chats: { type: 'string', default: '200' },
  },
});
const ROOMS = Number(options.rooms);
const PEOPLE = Number(options.people);
const CHATS = Number(options.chats);
/** V8 forgets compiled code that is not used for a while. The change would count as memory of people, so V8 must not. */
const FLAGS = ['--no-flush-bytecode'];

/** Lets one more person into the room of this number. */
type Enter = (room: number) => Promise<void>;
/** A server, and the sockets that are connected to it. They are closed with the server. */
interface Place {
  url: string;
  sockets: Socket[];
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-bench-'));
  const children = ['bench/program.child.ts', 'bench/bare.child.ts'];
  const compiled = await compile(...children, 'bench/holdings.ts', 'tests/support/note-servers.ts');
  const [program = '', bare = ''] = children.map((file) => compiled.pathOf(file));
  try {
    const results = {
      'bare Socket.IO': await measure(await startChild(bare, {}, FLAGS), enterBare),
      'bare, with express-session': await measure(
        await startChild(bare, { SESSION: 'on' }, FLAGS),
        enterBare,
      ),
      ours: await measure(await startChild(program, programIn(folder), FLAGS), enterOurs),
    };
    print(results);
  } finally {
    await compiled.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns bytes for each person. The first room warms up the server, and its people stay. */
async function measure(child: Child, prepare: (place: Place) => Promise<Enter>): Promise<number> {
  const place: Place = { url: child.url, sockets: [] };
  try {
    const enter = await prepare(place);
    const fill = async (room: number) => {
      for (let people = 0; people < PEOPLE; people++) await enter(room);
    };
    await fill(0);
    const before = await child.counts();
    for (let room = 1; room <= ROOMS; room++) await fill(room);
    const after = await child.counts();
    return ((after['heap, bytes'] ?? NaN) - (before['heap, bytes'] ?? NaN)) / (ROOMS * PEOPLE);
  } finally {
    for (const socket of place.sockets) socket.disconnect();
    await child.stop();
  }
}

async function enterBare({ url, sockets }: Place): Promise<Enter> {
  return async (room) => {
    const socket: ChatClient = io(`${url}/chat`, { forceNew: true, transports: ['websocket'] });
    sockets.push(socket);
    await once(socket, 'connect');
    await ask(socket, 'join', { room: String(room) });
  };
}

/** Makes the rooms with their logs, and the people's sessions, so that only coming is measured. */
async function enterOurs(place: Place): Promise<Enter> {
  const rooms: string[] = [];
  for (let number = 0; number <= ROOMS; number++) {
    const owner = await person(place);
    const room = await createRoom(owner, { max: PEOPLE + 1 });
    const socket = await owner.chat();
    await ask(socket, 'join', { room, after: 0 });
    for (let said = 0; said < CHATS; said++)
      await ask(socket, 'chat', { room, chat: `안녕하세요 ${String(said)}` });
    rooms.push(room);
  }
  const people: Person[] = [];
  while (people.length < (ROOMS + 1) * PEOPLE) people.push(await person(place));
  return async (number) => {
    const socket = await people.pop()?.chat();
    if (socket === undefined) throw new Error('there are no more people');
    const answer = await ask(socket, 'join', { room: rooms[number], after: 0 });
    if (!answer.ok) throw new Error(answer.code);
  };
}

function print(results: Record<string, number>): void {
  const rows = Object.entries(results).map(([what, bytes]): [string, Record<string, number>] => {
    const ratios = Object.entries(results).map(([other, its]): [string, number] => [
      `to ${other}`,
      round(bytes / its, 2),
    ]);
    return [what, { 'kB a person': round(bytes / 1_000, 1), ...Object.fromEntries(ratios) }];
  });
  process.stdout.write(
    `${String(ROOMS * PEOPLE)} people in ${options.rooms} rooms with ${options.chats} chats in each log\n`,
  );
  console.table(Object.fromEntries(rows));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

void main();
