/** Everything that a run needs: servers, rooms, and people on lines that can fail. All of it is removed at the end. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { openLine, type Line } from './line';
import type { Pace } from './pace';
import { createPerson, type Person } from './person';
import { compileEdited, type Compiled, type Edit } from '../support/compiled';
import { createServer, type Server } from '../support/servers';
import { databaseOf } from '../support/store';
import type { SentChat } from '../../src/types/events';

/** Each room is wanted by one person more than it has places, so that somebody is always trying to join. */
const ROOMS = 5;
const WANTING = 6;
const PLACES = WANTING - 1;

const LOOKING: Edit = {
  file: 'src/services/gifs.ts',
  from: 'LOOK_EVERY = 3_600_000',
  to: 'LOOK_EVERY = 500',
};

/** Called at once when a person sends something, and when a server's answer was passed on. */
interface Ears {
  sending(inhabitant: Inhabitant): void;
  answered(inhabitant: Inhabitant, data: Buffer): void;
}

export interface Inhabitant {
  person: Person;
  line: Line;
  room: RoomState;
  /** The process to which this person connects. */
  server: Server;
  /** Whether this person never leaves on purpose. */
  stays: boolean;
  /** When the server last spoke to a person who has a place, by the monotonic clock. */
  contactAt: number;
}

export interface RoomState {
  id: string;
  max: number;
  mostSeen: number;
  /** Whether the server may rightly have closed it: it was empty for too long, or the last person left on purpose. */
  mayBeGone: boolean;
}

export interface World extends Pick<Pace, 'graces' | 'longestHold'> {
  servers: Server[];
  rooms: RoomState[];
  inhabitants: Inhabitant[];
  uploads: string;
  /** When a process was last started, in ms of the wall clock. No upload since then was interrupted by a kill. */
  startedAt(): number;
  ears: Ears;
  /** The whole log of a room, read without a failing line; undefined when there is no such room. */
  logOf(room: RoomState): Promise<SentChat[] | undefined>;
  /** How many people have a place in each room that the list shows. */
  counts(): Promise<Map<string, number>>;
  get(where: string): Promise<Response>;
  /** Starts one more process, which cleans up files that nothing names after half a second in place of an hour. */
  startLooking(): Promise<Server>;
  dispose(): Promise<void>;
}

interface Options {
  edits: Edit[];
  processes: number;
  /** A MongoDB server on which a database is made; without it, the embedded store is used. */
  mongo: string | undefined;
  pace: Pace;
}

export async function createWorld({ edits, processes, mongo, pace }: Options): Promise<World> {
  const { graces, longestHold } = pace;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-chaos-'));
  const uploads = path.join(folder, 'uploads');
  const compiled = await compileEdited([...pace.edits, ...edits]);
  let looking: Compiled | undefined;
  const database = mongo === undefined ? undefined : databaseOf(mongo);
  const env = {
    DATA_DIR: path.join(folder, 'data'),
    UPLOADS_DIR: uploads,
    RECONNECT_GRACE_SECONDS: String(graces.reconnect / 1_000),
    EMPTY_ROOM_GRACE_SECONDS: String(graces.empty / 1_000),
    ...(database !== undefined && { MONGO_URL: database }),
  };
  const servers = Array.from({ length: processes }, () => createServer(compiled, env));
  await Promise.all(servers.map((server) => server.start()));
  const ears: Ears = { sending: () => undefined, answered: () => undefined };
  const inhabitants: Inhabitant[] = [];

  /** Asks any process that is up, without a failing line. */
  async function get(where: string): Promise<Response> {
    const up = servers.find((server) => server.isUp());
    return fetch(`http://127.0.0.1:${String(up?.port())}${where}`, { signal: AbortSignal.timeout(10_000) });
  }

  /** Asks with the cookie of the person who created the room. */
  async function makeRoom(index: number): Promise<RoomState & { cookie: string }> {
    const body = new URLSearchParams({ title: `방 ${String(index)}`, max: String(PLACES), password: '' });
    const port = String(servers[0]?.port());
    const made = await fetch(`http://127.0.0.1:${port}/room`, { method: 'POST', body, redirect: 'manual' });
    const id = made.headers.get('location')?.split('/').at(-1) ?? '';
    const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return { id, max: PLACES, mostSeen: 0, mayBeGone: false, cookie };
  }

  async function settle(
    room: RoomState,
    index: number,
    server: Server,
    cookie?: string,
  ): Promise<Inhabitant> {
    const line = await openLine(
      () => server.port(),
      (data) => ears.answered(inhabitant, data),
    );
    const watcher = {
      sending: () => ears.sending(inhabitant),
      joined: ({ people = [] }: { people?: unknown[] }) => {
        room.mostSeen = Math.max(room.mostSeen, people.length);
      },
      contact: () => {
        const now = performance.now();
        if (now - lastContact(room) > graces.reconnect + graces.empty) room.mayBeGone = true;
        inhabitant.contactAt = now;
      },
      left: () => {
        inhabitant.contactAt = -Infinity;
        if (performance.now() - lastContact(room) > graces.reconnect) room.mayBeGone = true;
      },
    };
    const name = `p${String(index)}`;
    const person = createPerson({ name, room: room.id, line, watcher, cookie });
    const stays = cookie !== undefined;
    const inhabitant: Inhabitant = { person, line, room, server, stays, contactAt: -Infinity };
    return inhabitant;
  }

  function lastContact(room: RoomState): number {
    return Math.max(...inhabitants.filter((one) => one.room === room).map(({ contactAt }) => contactAt));
  }

  const rooms = await Promise.all(Array.from({ length: ROOMS }, (_, index) => makeRoom(index)));
  for (const room of rooms) {
    for (let n = 0; n < WANTING; n++) {
      const index = inhabitants.length;
      const server = servers[index % servers.length];
      if (server === undefined) throw new Error('there must be a process');
      inhabitants.push(await settle(room, index, server, n === 0 ? room.cookie : undefined));
    }
  }

  return {
    graces,
    longestHold,
    servers,
    rooms,
    inhabitants,
    uploads,
    startedAt: () => Math.max(...servers.map((server) => server.startedAt())),
    ears,
    get,
    async logOf(room) {
      const log: SentChat[] = [];
      for (let after = 0; ;) {
        const response = await get(`/room/${room.id}/chats?after=${String(after)}&limit=100`);
        if (response.status === 404) return undefined;
        const { chats, more }: { chats: SentChat[]; more: boolean } = await response.json();
        log.push(...chats);
        const last = chats.at(-1)?.seq ?? after;
        if (!more || last === after) return log;
        after = last;
      }
    },
    async counts() {
      const html = await (await get('/')).text();
      const rows = html.matchAll(/<tr[^>]*data-id="([0-9a-f]{24})"[\s\S]*?<\/tr>/g);
      return new Map(
        [...rows].map(([row, id = '']) => [
          id,
          Number(/(\d+)\s*\/\s*\d+/.exec(row.replace(/<[^>]*>/g, ''))?.[1]),
        ]),
      );
    },
    async startLooking() {
      looking = await compileEdited([...pace.edits, ...edits, LOOKING]);
      const server = createServer(looking, env);
      await server.start();
      return server;
    },
    async dispose() {
      for (const { person } of inhabitants) person.close();
      await Promise.all(inhabitants.map(({ line }) => line.close()));
      await Promise.all(servers.map((server) => server.kill()));
      if (database !== undefined) {
        const connection = await mongoose.createConnection(database).asPromise();
        await connection.dropDatabase();
        await connection.close();
      }
      await Promise.all([compiled.dispose(), looking?.dispose()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
