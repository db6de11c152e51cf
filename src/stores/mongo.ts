/** The store for many processes: MongoDB, by the book's schemas, with plain operations and plain indexes only. */
import { isDeepStrictEqual } from 'node:util';
import MongoStore from 'connect-mongo';
import { mongo, Types } from 'mongoose';
import { createTails, DUPLICATE_KEY } from './tails';
import type { NodeRecord, Range, Store } from './store';
import { logger } from '../logger';
import { isRoomId } from '../rules/inputs';
import { connect, type Connected, type StoredChat, type StoredNode, type StoredRoom } from '../schemas';
import type { Chat, Room } from '../types/room';

const DEFAULT_DATABASE = 'gifchat';
export const SESSIONS = 'sessions';
/** In seconds: how long a session lives, and how often one is touched at most. */
const SESSION_LIFETIME = 30 * 24 * 3_600;
const TOUCH_AT_MOST = 3_600;
/** The book's own program leaves rooms without a version in a database of this name; they are not ours to show. */
const OURS = { version: { $gte: 1 } };
const WITHOUT_TAIL = { tail: 0 } as const;
/** A list of many rooms needs neither their people nor their tails. */
const LISTED = {
  title: 1,
  max: 1,
  owner: 1,
  password: 1,
  ephemeral: 1,
  count: 1,
  createdAt: 1,
  version: 1,
} as const;

/**
 * Connects to the database of the URL's path, else `gifchat`, and makes its indexes.
 * @throws Error within 10 s, with one line that names host and database and never a user or a password.
 */
export async function openMongo({ url }: { url: string }): Promise<Store> {
  const { host, database } = locationOf(url);
  const location = `MongoDB at ${host}/${database}`;
  // Without a cause: the driver's errors may hold the whole URL.
  return openAt(url, database, location).catch((error: unknown) => {
    throw new Error(
      `${location} cannot be used (${safeReasonOf(error, url)}): start it, or leave MONGO_ID, MONGO_PASSWORD and MONGO_URL out to keep all in DATA_DIR`,
    );
  });
}

async function openAt(url: string, database: string, location: string): Promise<Store> {
  const connected = await connect(url, database);
  try {
    return await createStore(connected, location);
  } catch (error) {
    await connected.connection.close(true);
    throw error;
  }
}

async function createStore({ connection, ...models }: Connected, location: string): Promise<Store> {
  const { Room, Chat, Node } = models;
  const tails = createTails(models);
  const sessions = MongoStore.create({
    client: connection.getClient(),
    dbName: connection.name,
    collectionName: SESSIONS,
    ttl: SESSION_LIFETIME,
    touchAfter: TOUCH_AT_MOST,
  });
  await sessions.collectionP;
  connection.on('disconnected', () => logger.warn(`${location} does not answer`));
  connection.on('reconnected', () => logger.info(`${location} answers again`));
  let closing: Promise<void> | undefined;

  /** The chats of a room from one number to another, and whether none is missing. */
  async function read(
    roomId: string,
    range: Range,
    limit: number,
  ): Promise<{ chats: Chat[]; isWhole: boolean }> {
    // The room first: what it had committed by then is in `chats`, but for the tail.
    const room = await Room.findById(roomId, { seq: 1, tail: 1 }).lean();
    if (room === null) return { chats: [], isWhole: true };
    const { first, last } = boundsOf(range, limit, room.seq);
    const stored = await Chat.find({ room: roomId, seq: { $gte: first, $lte: last } }).lean();
    const chats = merge(
      stored,
      room.tail.filter(({ seq }) => first <= seq && seq <= last),
    );
    return { chats, isWhole: chats.length === Math.max(0, last - first + 1) };
  }

  async function closeAll(): Promise<void> {
    await tails.rest();
    connection.removeAllListeners('disconnected');
    await connection.close();
  }

  return {
    location,
    exclusive: false,
    rooms: {
      async insert(room) {
        await Room.create(fromRoom(room));
      },
      async get(id) {
        // What is no id names no room.
        if (!isRoomId(id)) return undefined;
        const room = await Room.findOne({ _id: id, ...OURS }, WITHOUT_TAIL).lean();
        return room === null ? undefined : toRoom(room);
      },
      async commit(from, to, chats) {
        if (!(await tails.ensurePutAway(from._id, from.version))) return false;
        const tail = chats.map(fromChat);
        // Past mongoose's casting, which would make a document of every person.
        const { matchedCount } = await Room.collection.updateOne(
          { _id: new Types.ObjectId(from._id), version: from.version },
          { $set: { ...changesOf(from, to), tail } },
        );
        if (matchedCount === 0) return false;
        tails.putAway(to._id, to.version, tail);
        return true;
      },
      async list(before, limit) {
        const older = before === undefined ? {} : { _id: { $lt: new Types.ObjectId(before) } };
        const rooms = await Room.find({ closedAt: null, ...OURS, ...older }, LISTED)
          .sort({ _id: -1 })
          .limit(limit)
          .lean();
        return rooms.map(({ _id, ...room }) => ({ ...room, _id: _id.toHexString() }));
      },
      async due(now, limit, beyond = Infinity) {
        const isDue = { $or: [{ dueAt: { $lte: now } }, { dueAt: { $gt: beyond } }] };
        const due = Room.find(isDue, { _id: 1 }).sort({ dueAt: 1 });
        return idsOf(await (Number.isFinite(limit) ? due.limit(limit) : due).lean());
      },
      heldBy: async (node) => idsOf(await Room.find({ 'people.sockets.node': node }, { _id: 1 }).lean()),
      existing: async (ids) => idsOf(await Room.find({ _id: { $in: ids } }, { _id: 1 }).lean()),
      async marks(ids) {
        const marked = { version: 1, peopleVersion: 1, seq: 1 } as const;
        const rooms = await Room.find({ _id: { $in: ids } }, marked).lean();
        return rooms.map(({ _id, version, peopleVersion, seq }) => {
          return { _id: _id.toHexString(), version, peopleVersion: peopleVersion ?? version, seq };
        });
      },
      async remove(id) {
        await Room.deleteOne({ _id: id });
      },
    },
    chats: {
      async page(room, range, limit) {
        const page = await read(room, range, limit);
        // Something is missing: the room may be closed by now, and its chats on their way out.
        return page.isWhole ? page.chats : (await read(room, range, limit)).chats;
      },
      async byNonce(roomId, keys, version = 0) {
        const room = await Room.findById(roomId, { version: 1, seq: 1, tail: 1 }).lean();
        if (room === null || keys.length === 0) return [];
        // A stale replica, as a failover may leave one: the chats of the versions between would be missing here.
        if (room.version < version) throw new Error('this is an older state of the room');
        // Nonces are looked up before a commit.
        tails.adopt(roomId, room.version, room.tail);
        // Each with its room, so that each is found by the index.
        const wanted = keys.map(({ userId, nonce }) => ({ room: roomId, userId, nonce }));
        const found = await Chat.find({ $or: wanted }).lean();
        // A later chat may be of a commit that is not known here yet.
        const stored = found.filter(({ seq }) => seq <= room.seq);
        const isWanted = (chat: StoredChat) =>
          keys.some((key) => key.userId === chat.userId && key.nonce === chat.nonce);
        return merge(stored, room.tail.filter(isWanted));
      },
      async gifsNamed(roomId, gifs) {
        const room = await Room.findById(roomId, { tail: 1 }).lean();
        const stored = await Chat.find({ room: roomId, gif: { $in: gifs } }).lean();
        const chats = [...stored, ...(room?.tail ?? [])];
        const named = new Set(chats.flatMap((chat) => (chat.kind === 'gif' ? [chat.gif] : [])));
        return gifs.filter((gif) => named.has(gif));
      },
      async clear(room, limit) {
        const first = await Chat.find({ room }, { _id: 1 }).limit(limit).lean();
        await Chat.deleteMany({ _id: { $in: first.map(({ _id }) => _id) } });
        return first.length;
      },
    },
    nodes: {
      async enroll(id) {
        const record = { $set: { beats: 0, lapsedAt: null }, $currentDate: { at: true } } as const;
        const node = await Node.findByIdAndUpdate(id, record, {
          upsert: true,
          returnDocument: 'after',
        }).lean();
        return node.at.getTime();
      },
      async sign(id) {
        const sign = { $inc: { beats: 1 }, $currentDate: { at: true } } as const;
        const node = await Node.findOneAndUpdate({ _id: id, lapsedAt: null }, sign, {
          returnDocument: 'after',
        }).lean();
        return node?.at.getTime();
      },
      all: async () => (await Node.find().lean()).map(toNode),
      async lapse(id, beats) {
        const mark = { $currentDate: { lapsedAt: true } } as const;
        return (await Node.updateOne({ _id: id, beats, lapsedAt: null }, mark)).matchedCount === 1;
      },
      async forget(id) {
        await Node.deleteOne({ _id: id });
      },
    },
    sessions,
    async ping() {
      await connection.getClient().db(connection.name).command({ ping: 1 });
    },
    close: () => (closing ??= closeAll()),
  };
}

/** The numbers that a page spans, at most `limit`, in a log that counts without gaps up to `newest`. */
function boundsOf(range: Range, limit: number, newest: number): { first: number; last: number } {
  if (range !== 'newest' && 'after' in range) {
    return { first: range.after + 1, last: Math.min(newest, range.after + limit) };
  }
  const last = range === 'newest' ? newest : Math.min(newest, range.before - 1);
  return { first: Math.max(1, last - limit + 1), last };
}

/** In the order of `seq`, each once. */
function merge(stored: StoredChat[], tail: StoredChat[]): Chat[] {
  const bySeq = new Map([...stored, ...tail].map((chat) => [chat.seq, chat]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).map(toChat);
}

/** The top-level fields that differ. */
function changesOf(from: Room, to: Room): Partial<Room> {
  const before = new Map<string, unknown>(Object.entries(from));
  return Object.fromEntries(
    Object.entries(to).filter(([field, value]) => !isDeepStrictEqual(before.get(field), value)),
  );
}

/** A stored room; those that were stored before `peopleVersion` was kept count as just changed. */
function toRoom({ _id, peopleVersion, ...room }: Omit<StoredRoom, 'tail'>): Room {
  return { ...room, peopleVersion: peopleVersion ?? room.version, _id: _id.toHexString() };
}

export function fromRoom({ _id, ...room }: Room): StoredRoom {
  return { _id: new Types.ObjectId(_id), ...room, tail: [] };
}

function toChat({ _id, room, ...chat }: StoredChat): Chat {
  return { ...chat, _id: _id.toHexString(), room: room.toHexString() };
}

export function fromChat({ _id, room, ...chat }: Chat): StoredChat {
  return { _id: new Types.ObjectId(_id), room: new Types.ObjectId(room), ...chat };
}

export function fromNode({ _id, beats, lapsedAt }: NodeRecord): StoredNode {
  // When it beat last is only told, never asked.
  return { _id, beats, at: new Date(lapsedAt ?? 0), lapsedAt: lapsedAt === null ? null : new Date(lapsedAt) };
}

function toNode({ _id, beats, lapsedAt }: StoredNode): NodeRecord {
  return { _id, beats, lapsedAt: lapsedAt?.getTime() ?? null };
}

function idsOf(documents: { _id: Types.ObjectId }[]): string[] {
  return documents.map(({ _id }) => _id.toHexString());
}

/** What of the URL may be shown. Greedy up to the last `@`, so that nothing of a badly encoded password is left. */
export function locationOf(url: string): { host: string; database: string } {
  const [, host = '', database = ''] = /^[^:]+:\/\/(?:.*@)?([^/?]*)\/?([^?]*)/.exec(url) ?? [];
  return { host, database: database || DEFAULT_DATABASE };
}

/** What the driver says, unless it may repeat something of the URL's credentials. */
export function safeReasonOf(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof mongo.MongoServerError) {
    // Of all that is done at the start, only the unique index of chats can meet a duplicate.
    if (error.code === DUPLICATE_KEY)
      return 'it holds chats of another program; name another database in MONGO_URL';
    return error.codeName ?? error.name;
  }
  const [credentials = ''] = /(?<=:\/\/).*(?=@)/.exec(url) ?? [];
  const secrets = credentials.split(':').filter((part) => part !== '');
  const [line = ''] = error.message.split('\n');
  return secrets.some((secret) => line.includes(secret)) ? error.name : line;
}
