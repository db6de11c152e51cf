/** Writes to MongoDB for the move. Every document is put by its id, so putting it a second time changes nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { EmbeddedReader } from './embedded-reader';
import { SESSIONS } from './mongo';
import { fromChat, fromRoom } from './mongo-documents';
import { fromNode } from './mongo-nodes';
import { locationOf, safeReasonOf } from './mongo-url';
import { connect, createIndexes } from '../schemas';
import type { Room } from '../types/room';

/** How long we wait for a server's next sign of life, in ms; one comes every 5 s. */
const SIGN_OF_LIFE = 6_000;
/** How long the database may take to answer, in ms. It is long, because the move asks for much at once. */
const ANSWER_WITHIN = 120_000;
/** Sessions that end within this time, in ms, are moved and not compared: MongoDB may have removed them by then. */
const ABOUT_TO_END = 3_600_000;

/** A time that is later than every deadline that the rules allow. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A document of any collection. */
export type Stored = mongo.Document & { _id: mongo.ObjectId | string };

/** All documents of one kind. */
export interface MovedPart {
  name: string;
  /** How many the source has. */
  count: number;
  /** The documents of the source, in the form in which they are stored. */
  documents(): Iterable<Stored>;
  /** Stores these documents, unless they are stored already. */
  put(documents: Stored[]): Promise<void>;
  /** Whether this document must be the same in the source and in the target. */
  isCompared(document: Stored): boolean;
  /** Reads these documents from the target, in the same order. Missing ones are left out. */
  stored(documents: Stored[]): Promise<Stored[]>;
  /** How many documents of the source the target has, without those that are not compared. */
  countCompared(): Promise<number>;
}

export interface MoveTarget {
  /** The host and the database, without credentials. */
  location: string;
  /** In the order in which they must be put: the chats come before the rooms, so no room is there without its chats. */
  parts: MovedPart[];
  /**
   * Makes the indexes. @throws Error with one line, if the target has other rooms than the source, if its rooms were
   * changed since an earlier move, or if a server uses it.
   */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error with one line and without credentials. All methods of the target do the same. */
export async function openMoveTarget(url: string, source: EmbeddedReader): Promise<MoveTarget> {
  const { host, database } = locationOf(url);
  const location = `MongoDB at ${host}/${database}`;
  // We give no cause, because the driver's errors may have the whole URL in them, with the password.
  const fail = (error: unknown): never => {
    throw new Error(`${location} cannot be used (${safeReasonOf(error, url)})`);
  };
  // No indexes are made here. First `prepare` checks that the database is not another program's.
  const connected = await connect(url, database, async () => undefined, ANSWER_WITHIN).catch(fail);
  const { connection, Room, Chat, Node } = connected;
  const { rooms, chats, nodes, sessions } = source;
  const CHATS = Chat.collection.name;
  const comparedUntil = Date.now() + ABOUT_TO_END;

  /** All documents of a collection, with only the fields that `isOurs` and `isCompared` need. */
  async function* marksIn(collection: string): AsyncGenerator<Stored> {
    try {
      yield* connection
        .collection<Stored>(collection)
        .find()
        .project<Stored>({ room: 1, version: 1, expires: 1 });
    } catch (error) {
      fail(error);
    }
  }

  /** Reads these documents from the target, in the same order. Missing ones are left out. */
  async function find(collection: string, documents: Stored[]): Promise<Stored[]> {
    const ids = documents.map(({ _id }) => _id);
    const found = await connection
      .collection<Stored>(collection)
      .find({ _id: { $in: ids } })
      .toArray();
    const byId = new Map(found.map((document) => [String(document._id), document]));
    return ids.flatMap((id) => byId.get(String(id)) ?? []);
  }

  function part<T>(
    from: { all(): Iterable<T>; count(): number },
    collection: string,
    toStored: (one: T) => Stored,
    isOurs: (document: Stored) => boolean,
    isCompared: (document: Stored) => boolean = () => true,
  ): MovedPart {
    return {
      name: collection,
      count: from.count(),
      *documents() {
        for (const one of from.all()) yield toStored(one);
      },
      put: async (documents) => replace(collection, documents).catch(fail),
      isCompared,
      stored: (documents) => find(collection, documents).catch(fail),
      async countCompared() {
        let count = 0;
        for await (const mark of marksIn(collection)) count += Number(isOurs(mark) && isCompared(mark));
        return count;
      },
    };
  }

  async function replace(collection: string, documents: Stored[]): Promise<void> {
    const puts = documents.map((replacement) => ({
      replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
    }));
    await connection.collection<Stored>(collection).bulkWrite(puts, { ordered: false });
  }

  /** For documents that never change. It is far faster than replacing the documents that are stored already. */
  async function insertMissing(collection: string, documents: Stored[]): Promise<void> {
    const there = new Set((await find(collection, documents)).map(({ _id }) => String(_id)));
    const missing = documents.filter(({ _id }) => !there.has(String(_id)));
    if (missing.length > 0)
      await connection.collection<Stored>(collection).insertMany(missing, { ordered: false });
  }

  /** Whether a process uses the target: its sign of life moves. The records of the source's processes do not count. */
  async function isServing(): Promise<boolean> {
    const others = async () =>
      (await Node.find({ lapsedAt: null }).lean()).filter(({ _id }) => !nodes.has(_id));
    const before = await others();
    if (before.length === 0) return false;
    await wait(SIGN_OF_LIFE);
    const after = new Map((await others()).map((node) => [node._id, node.beats]));
    return before.some((node) => after.get(node._id) !== node.beats);
  }

  return {
    location,
    parts: [
      {
        ...part(chats, CHATS, fromChat, ({ room }) => rooms.has(String(room))),
        put: async (documents) => insertMissing(CHATS, documents).catch(fail),
      },
      part(
        rooms,
        Room.collection.name,
        (room) => fromRoom(waitingAnew(room)),
        ({ _id }) => rooms.has(String(_id)),
      ),
      part(nodes, Node.collection.name, fromNode, ({ _id }) => nodes.has(String(_id))),
      // In the form in which connect-mongo stores them.
      part(
        sessions,
        SESSIONS,
        ({ sid, session, expires, touchedAt }) => ({
          _id: sid,
          session,
          expires: new Date(expires),
          lastModified: new Date(touchedAt),
        }),
        ({ _id }) => sessions.has(String(_id)),
        ({ expires }) => expires instanceof Date && expires.getTime() > comparedUntil,
      ),
    ],
    async prepare() {
      for await (const { _id, version } of marksIn(Room.collection.name)) {
        const known = source.versionOf(String(_id));
        if (known === undefined) throw new Error(`${location} holds rooms already: name an empty database`);
        if (known !== version)
          throw new Error(
            `${location} has been used since these rooms were moved to it: name an empty database`,
          );
      }
      if (await isServing().catch(fail)) throw new Error(`${location} is in use by a server: stop it first`);
      await createIndexes(connected).catch(fail);
    },
    close: () => connection.close(),
  };
}

/**
 * Makes the waits of a room start again after the move, because nobody can connect during it. Its deadlines are set so late
 * that the rules take them for wrong and set new ones, when the first server looks at the room.
 */
function waitingAnew(room: Room): Room {
  if (room.closedAt !== null || room.dueAt === null) return room;
  const people = room.people.map((person) => (person.until === null ? person : { ...person, until: NEVER }));
  return { ...room, people, emptyAt: room.emptyAt === null ? null : NEVER, dueAt: 0 };
}
