/** MongoDB as the move fills it: documents are put by their ids, so that putting them again changes nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { EmbeddedReader } from './embedded-reader';
import { fromChat, fromNode, fromRoom, locationOf, safeReasonOf, SESSIONS } from './mongo';
import { connect, createIndexes } from '../schemas';
import type { Room } from '../types/room';

/** How long another server's sign of life is waited for, in ms; it comes every 5 s. */
const SIGN_OF_LIFE = 6_000;
/** How long the database may take to answer, in ms: it is asked for much at once, and nobody waits but the one who moves. */
const ANSWER_WITHIN = 120_000;
/** Sessions that end within this, in ms, are moved but not compared: MongoDB may have removed them by then. */
const ABOUT_TO_END = 3_600_000;

/** Further off than any wait. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A document of whichever collection. */
export type Stored = mongo.Document & { _id: mongo.ObjectId | string };

/** All of a kind. */
export interface MovedPart {
  name: string;
  count: number;
  /** As they are to be stored, in order. */
  documents(): Iterable<Stored>;
  put(documents: Stored[]): Promise<void>;
  /** Which of them must be the same on both sides. */
  isCompared(document: Stored): boolean;
  /** These as they are stored, in the same order; without those that are not. */
  stored(documents: Stored[]): Promise<Stored[]>;
  /** How many of ours are stored that must be the same. */
  countCompared(): Promise<number>;
}

export interface MoveTarget {
  /** Host and database, without credentials. */
  location: string;
  /** In the order in which they are to be put: no room is there before its chats are. */
  parts: MovedPart[];
  /** @throws Error with one line when it holds rooms that are not the source's, or not any more, or a server uses it. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error with one line and without credentials, as everything of the target does. */
export async function openMoveTarget(url: string, source: EmbeddedReader): Promise<MoveTarget> {
  const { host, database } = locationOf(url);
  const location = `MongoDB at ${host}/${database}`;
  // Without a cause: the driver's errors may hold the whole URL.
  const fail = (error: unknown): never => {
    throw new Error(`${location} cannot be used (${safeReasonOf(error, url)})`);
  };
  // Nothing is changed before it is known whose it is.
  const connected = await connect(url, database, async () => undefined, ANSWER_WITHIN).catch(fail);
  const { connection, Room, Chat, Node } = connected;
  const { rooms, chats, nodes, sessions } = source;
  const CHATS = Chat.collection.name;
  const comparedUntil = Date.now() + ABOUT_TO_END;

  /** All of a collection, with nothing but what tells whose each is, and whether it is compared. */
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

  /** For what never changes: to replace what is there already would take far longer. */
  async function insertMissing(collection: string, documents: Stored[]): Promise<void> {
    const there = new Set((await find(collection, documents)).map(({ _id }) => String(_id)));
    const missing = documents.filter(({ _id }) => !there.has(String(_id)));
    if (missing.length > 0)
      await connection.collection<Stored>(collection).insertMany(missing, { ordered: false });
  }

  /** Whether a process that is not the source's is alive there. */
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
      // As connect-mongo keeps them.
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
 * The room's waits begin when a server first looks at it, as after a restart: nobody could come in between. The rules
 * bring near what is further off than they allow.
 */
function waitingAnew(room: Room): Room {
  if (room.closedAt !== null || room.dueAt === null) return room;
  const people = room.people.map((person) => (person.until === null ? person : { ...person, until: NEVER }));
  return { ...room, people, emptyAt: room.emptyAt === null ? null : NEVER, dueAt: 0 };
}
