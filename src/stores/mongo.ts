/** The store for many processes: MongoDB with the book's schemas. It uses only plain operations and plain indexes. */
import { isDeepStrictEqual } from 'node:util';
import MongoStore from 'connect-mongo';
import { Types } from 'mongoose';
import { fromChat, fromRoom, toChat, toRoom } from './mongo-documents';
import { mongoNodes } from './mongo-nodes';
import { locationOf, safeReasonOf } from './mongo-url';
import type { Range, Store } from './store';
import { createTails } from './tails';
import { logger } from '../logger';
import { isRoomId } from '../rules/inputs';
import { withoutErasing } from '../rules/log';
import { connect, type Connected, type StoredChat } from '../schemas';
import type { Chat, Room } from '../types/room';

/** The collection of the sessions. */
export const SESSIONS = 'sessions';
/** In seconds: how long a session lives, and how long it is not written again if only its expiry changes. */
const SESSION_LIFETIME = 30 * 24 * 3_600;
const TOUCH_AT_MOST = 3_600;
/** The book's own program uses a database of the same name. Its rooms have no version, and we do not show them. */
const OURS = { version: { $gte: 1 } };
const WITHOUT_TAIL = { tail: 0 } as const;
/** The fields that a list of rooms needs: neither the people nor the tails. */
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
 * Connects to the database that the URL's path names, or to `gifchat` if it names none, and makes the indexes.
 * @throws Error within 10 s, with one line that names the host and the database, and never the user or the password.
 */
export async function openMongo({ url }: { url: string }): Promise<Store> {
  const { host, database } = locationOf(url);
  const location = `MongoDB at ${host}/${database}`;
  // We give no cause, because the driver's errors may have the whole URL in them, with the password.
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

  /** The chats of a room in this range, and whether none of them is missing. */
  async function read(
    roomId: string,
    range: Range,
    limit: number,
  ): Promise<{ chats: Chat[]; isWhole: boolean }> {
    // The room must be read first: all its chats up to the `seq` that we read are then in its tail or already in `chats`.
    const room = await Room.findById(roomId, { seq: 1, tail: 1, erasing: 1 }).lean();
    if (room === null) return { chats: [], isWhole: true };
    const { first, last } = boundsOf(range, limit, room.seq);
    const stored = await Chat.find({ room: roomId, seq: { $gte: first, $lte: last } }).lean();
    const chats = merge(
      stored,
      room.tail.filter(({ seq }) => first <= seq && seq <= last),
    );
    const isWhole = chats.length === Math.max(0, last - first + 1);
    return { chats: withoutErasing(chats, room.erasing ?? []), isWhole };
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
        // mongoose would throw for a text that is no id.
        if (!isRoomId(id)) return undefined;
        const room = await Room.findOne({ _id: id, ...OURS }, WITHOUT_TAIL).lean();
        return room === null ? undefined : toRoom(room);
      },
      async commit(from, to, chats) {
        if (!(await tails.ensurePutAway(from._id, from.version))) return false;
        const tail = chats.map(fromChat);
        // Directly on the driver's collection: mongoose would make a document object of every person.
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
        // If chats are missing, the room may have been closed, and its chats are being removed. So we read once more.
        return page.isWhole ? page.chats : (await read(room, range, limit)).chats;
      },
      async byNonce(roomId, keys, version = 0) {
        const room = await Room.findById(roomId, { version: 1, seq: 1, tail: 1 }).lean();
        if (room === null || keys.length === 0) return [];
        // After a failover, a stale replica may show an older version, in which the chats of later versions are missing.
        if (room.version < version) throw new Error('this is an older state of the room');
        // Nonces are looked up before a commit. The commit will need the tail to be put away, so we begin with that now.
        tails.adopt(roomId, room.version, room.tail);
        // Every condition names the room, so that MongoDB finds every chat by the index.
        const wanted = keys.map(({ userId, nonce }) => ({ room: roomId, userId, nonce }));
        const found = await Chat.find({ $or: wanted }).lean();
        // Chats after the `seq` that we read are of a later commit, which the caller does not know yet.
        const stored = found.filter(({ seq }) => seq <= room.seq);
        const isWanted = (chat: StoredChat) =>
          keys.some((key) => key.userId === chat.userId && key.nonce === chat.nonce);
        return merge(stored, room.tail.filter(isWanted));
      },
      async erase(room, seqs) {
        const content = { chat: 1, gif: 1, width: 1, height: 1, bytes: 1 } as const;
        await Chat.updateMany({ room, seq: { $in: seqs } }, { $set: { takenBack: true }, $unset: content });
      },
      async isAny(room, userId) {
        const isInTail = Room.exists({ _id: room, 'tail.userId': userId });
        return [await isInTail, await Chat.exists({ room, userId })].some((found) => found !== null);
      },
      async gifsNamed(roomId, gifs) {
        const room = await Room.findById(roomId, { tail: 1 }).lean();
        const stored = await Chat.find({ room: roomId, gif: { $in: gifs } }).lean();
        const chats = [...stored, ...(room?.tail ?? [])];
        const named = new Set(
          chats.flatMap((chat) => (chat.kind === 'gif' && chat.takenBack !== true ? [chat.gif] : [])),
        );
        return gifs.filter((gif) => named.has(gif));
      },
      async clear(room, limit) {
        const first = await Chat.find({ room }, { _id: 1 }).limit(limit).lean();
        await Chat.deleteMany({ _id: { $in: first.map(({ _id }) => _id) } });
        return first.length;
      },
    },
    nodes: mongoNodes(Node),
    sessions,
    async ping() {
      await connection.getClient().db(connection.name).command({ ping: 1 });
    },
    close: () => (closing ??= closeAll()),
  };
}

/** The first and the last number of a page with at most `limit` chats. The log counts without gaps up to `newest`. */
function boundsOf(range: Range, limit: number, newest: number): { first: number; last: number } {
  if (range !== 'newest' && 'after' in range) {
    return { first: range.after + 1, last: Math.min(newest, range.after + limit) };
  }
  const last = range === 'newest' ? newest : Math.min(newest, range.before - 1);
  return { first: Math.max(1, last - limit + 1), last };
}

/** All chats of both lists, each once, in the order of `seq`. */
function merge(stored: StoredChat[], tail: StoredChat[]): Chat[] {
  const bySeq = new Map([...stored, ...tail].map((chat) => [chat.seq, chat]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).map(toChat);
}

/** The fields of `to` that differ from those of `from`. */
function changesOf(from: Room, to: Room): Partial<Room> {
  const before = new Map<string, unknown>(Object.entries(from));
  return Object.fromEntries(
    Object.entries(to).filter(([field, value]) => !isDeepStrictEqual(before.get(field), value)),
  );
}

function idsOf(documents: { _id: Types.ObjectId }[]): string[] {
  return documents.map(({ _id }) => _id.toHexString());
}
