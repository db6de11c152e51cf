/**
 * How the sockets of this process are told about a room. For each room that they hear there is one cursor: up to which
 * version and which chat (`seq`) all of them were told. Whatever brings news of a room, a commit of ours or a look at
 * what other processes did, moves that cursor, and nothing else tells the sockets anything of the room.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { logger } from '../logger';
import { decide, placedSockets, type OurSocket, type WhyOut } from '../rules/hearers';
import type { News } from '../services/change-room';
import type { RoomList } from '../services/room-list';
import type { Chat, Room, RoomMark } from '../types/room';

/** Who missed more chats than this is not told all of them, but that there is a gap. */
const MAX_GAP = 1_000;
/** Pieces of news that may wait for their turn in one room; with more, what they say is read from the store instead. */
const MAX_WAITING = 100;
/** How long after a failed read the store is asked again, in ms. */
const RETRY_AFTER = 500;

/** The sockets of this process, room by room. */
export interface Hall {
  /** Those that are in the room, or wait to be let in. */
  socketsOf(roomId: string): OurSocket[];
  /** Whether any socket is in the room. */
  isHeard(roomId: string): boolean;
  takeIn(socketId: string, roomId: string): void;
  putOut(socketId: string, roomId: string, why: WhyOut): void;
  /** Sends these chats to all sockets in the room. */
  say(roomId: string, chats: Chat[]): void;
  /** Tells all sockets in the room that they will not be sent the chats up to this one. */
  skip(roomId: string, seq: number): void;
}

export interface Telling {
  /** A room was committed or read. News that is not newer than what is known changes nothing. */
  changed: (news: News) => void;
  /** A room has no record any more: its sockets are put out. */
  gone: (roomId: string) => void;
  /** Asks how far other processes have brought the rooms that our sockets hear, and tells what is new. */
  look(): Promise<void>;
  /** Resolves when the sockets were told everything up to this version of the room. */
  reached(roomId: string, version: number): Promise<void>;
}

interface Deps {
  hall: Hall;
  /** This process among the others. */
  node: { id(): string; isAlive(): boolean };
  rooms: {
    known(roomId: string): Promise<Room | undefined>;
    marks(roomIds: readonly string[]): Promise<RoomMark[]>;
    /** Whether a commit of ours may be under way, which brings its own news. */
    isChanging(roomId: string): boolean;
    /** For a place whose socket is gone. */
    drop(roomId: string, socketId: string): Promise<void>;
  };
  chats: { saidBetween(roomId: string, after: number, upTo: number): Promise<Chat[]> };
  list: Pick<RoomList, 'counted' | 'removed'>;
  retryAfter?: number;
}

/** News that waits for its turn: how far the room has come, and the chats that came with the news. */
interface WaitingNews {
  mark: RoomMark;
  said: Chat[];
}

interface Cursor {
  /** The newest state of the room that was read. Its places are right; its `seq` may be behind `newest`. */
  room: Room;
  /** The newest mark that was heard of. */
  newest: RoomMark;
  /** Up to which version the places were compared with our sockets. */
  placed: { version: number; peopleVersion: number };
  /** Up to which version and chat the sockets were told. */
  told: { version: number; seq: number };
  waiting: WaitingNews[];
  isTelling: boolean;
  /** Those who wait until a version was told. */
  awaiting: { version: number; resolve: () => void }[];
}

export function createTelling({ hall, node, rooms, chats, list, retryAfter = RETRY_AFTER }: Deps): Telling {
  const cursors = new Map<string, Cursor>();

  function changed({ room, said }: News): void {
    const cursor = cursors.get(room._id);
    if (cursor !== undefined && room.version <= cursor.placed.version) return;
    const isAlive = node.isAlive();
    if (cursor === undefined || room.peopleVersion > cursor.placed.peopleVersion) {
      const decision = decide(room, { node: node.id(), sockets: hall.socketsOf(room._id), isAlive });
      for (const { id, why } of decision.out) hall.putOut(id, room._id, why);
      for (const id of decision.dropped) void rooms.drop(room._id, id);
      // Without a cursor only the news itself can tell whether people have changed.
      const isListed = cursor !== undefined || room.peopleVersion === room.version;
      if (isListed && room.closedAt === null) list.counted(room);
      if (cursor === undefined && decision.in.length === 0) return;
    }
    const known = cursor ?? begin(room, said);
    known.room = room;
    // While others may have declared us dead, the places are to be compared again when we are back.
    if (isAlive) known.placed = room;
    hear(known, { mark: room, said });
  }

  /** A cursor for the first sockets of a room: they hear what this news brings, and nothing from before it. */
  function begin(room: Room, said: Chat[]): Cursor {
    const cursor: Cursor = {
      room,
      newest: room,
      placed: { version: 0, peopleVersion: 0 },
      told: { version: room.version - 1, seq: room.seq - said.length },
      waiting: [],
      isTelling: false,
      awaiting: [],
    };
    cursors.set(room._id, cursor);
    return cursor;
  }

  function hear(cursor: Cursor, news: WaitingNews): void {
    if (news.mark.version > cursor.newest.version) cursor.newest = news.mark;
    cursor.waiting.push(news);
    if (cursor.waiting.length > MAX_WAITING) cursor.waiting = [{ mark: cursor.newest, said: [] }];
    if (!cursor.isTelling) void tellAll(cursor);
  }

  /** Tells one piece of news after another, in the order of the versions; at once, unless chats must be read first. */
  async function tellAll(cursor: Cursor): Promise<void> {
    cursor.isTelling = true;
    let isWarned = false;
    for (let news = cursor.waiting.shift(); news !== undefined; news = cursor.waiting.shift()) {
      try {
        const reading = tell(cursor, news);
        if (reading !== undefined) await reading;
      } catch (error) {
        if (!isWarned) logger.warn(`room ${cursor.room._id}: its chats are read again (${String(error)})`);
        isWarned = true;
        await wait(retryAfter);
        // What the news brought itself is in the store, too.
        if (isCurrent(cursor)) cursor.waiting = [{ mark: cursor.newest, said: [] }];
      }
    }
    cursor.isTelling = false;
    if (!hall.isHeard(cursor.room._id)) end(cursor);
  }

  /** @returns a promise only where chats must be read. */
  function tell(cursor: Cursor, { mark, said }: WaitingNews): Promise<void> | undefined {
    // Sockets that come by a commit of ours have missed nothing before it. After a look we do not know when one came.
    if (said.length === 0) takeIn(cursor);
    const upTo = (said[0]?.seq ?? mark.seq + 1) - 1;
    const isMissing = cursor.told.seq < upTo && hall.isHeard(mark._id);
    if (isMissing) return sayMissing(cursor, upTo).then(finish);
    finish();
    return undefined;

    function finish(): void {
      if (!isCurrent(cursor)) return;
      takeIn(cursor);
      const unheard = said.filter(({ seq }) => seq > cursor.told.seq);
      if (unheard.length > 0) hall.say(mark._id, unheard);
      cursor.told = {
        version: Math.max(cursor.told.version, mark.version),
        seq: Math.max(cursor.told.seq, mark.seq),
      };
      release(cursor);
    }
  }

  /** Lets in every socket that has a place by the newest state, so one that was put out meanwhile stays out. */
  function takeIn({ room }: Cursor): void {
    const placed = placedSockets(room);
    for (const { id, isIn } of hall.socketsOf(room._id))
      if (!isIn && placed.has(id)) hall.takeIn(id, room._id);
  }

  /** Says the chats that follow the last one told, read from the store page by page. */
  async function sayMissing(cursor: Cursor, upTo: number): Promise<void> {
    const { _id, ephemeral } = cursor.room;
    if (ephemeral || upTo - cursor.told.seq > MAX_GAP) {
      hall.skip(_id, upTo);
      cursor.told.seq = upTo;
    }
    while (cursor.told.seq < upTo) {
      const { seq } = cursor.told;
      const page = await chats.saidBetween(_id, seq, upTo);
      if (!isCurrent(cursor)) return;
      const isWhole = page.length > 0 && page.every((chat, index) => chat.seq === seq + 1 + index);
      if (!isWhole) throw new Error(`chats after ${String(seq)} are missing`);
      hall.say(_id, page);
      cursor.told.seq = seq + page.length;
    }
  }

  function release(cursor: Cursor): void {
    const isReached = ({ version }: { version: number }) => version <= cursor.told.version;
    const reached = cursor.awaiting.filter(isReached);
    cursor.awaiting = cursor.awaiting.filter((one) => !isReached(one));
    for (const { resolve } of reached) resolve();
  }

  function isCurrent(cursor: Cursor): boolean {
    return cursors.get(cursor.room._id) === cursor;
  }

  function end(cursor: Cursor): void {
    if (isCurrent(cursor)) cursors.delete(cursor.room._id);
    cursor.waiting = [];
    for (const { resolve } of cursor.awaiting) resolve();
  }

  function gone(roomId: string): void {
    for (const { id, isIn } of hall.socketsOf(roomId)) if (isIn) hall.putOut(id, roomId, 'closed');
    const cursor = cursors.get(roomId);
    if (cursor !== undefined) end(cursor);
  }

  /**
   * A mark that shows no change of people is enough; else the room is read. While a commit of ours is under way, a look may
   * find what that commit has just stored, without the chats that it brings itself; so it waits for the commit.
   */
  async function hearMark(cursor: Cursor, mark: RoomMark | undefined): Promise<void> {
    if (rooms.isChanging(cursor.room._id)) return;
    if (mark !== undefined && mark.version <= cursor.placed.version) return;
    if (mark !== undefined && mark.peopleVersion <= cursor.placed.peopleVersion) {
      cursor.placed = mark;
      hear(cursor, { mark, said: [] });
      return;
    }
    const { _id } = cursor.room;
    const room = await rooms.known(_id);
    if (rooms.isChanging(_id)) return;
    if (room === undefined || room.closedAt !== null) list.removed(_id);
    if (room === undefined) gone(_id);
    else changed({ room, said: [] });
  }

  return {
    changed,
    gone,
    async look() {
      // While others may have declared us dead, our own places come first.
      if (!node.isAlive()) return;
      for (const cursor of cursors.values())
        if (!cursor.isTelling && !hall.isHeard(cursor.room._id)) end(cursor);
      const asked = [...cursors.values()];
      if (asked.length === 0) return;
      const marks = new Map(
        (await rooms.marks(asked.map(({ room }) => room._id))).map((mark) => [mark._id, mark]),
      );
      await Promise.all(
        asked.filter(isCurrent).map((cursor) => hearMark(cursor, marks.get(cursor.room._id))),
      );
    },
    reached(roomId, version) {
      const cursor = cursors.get(roomId);
      if (cursor === undefined || cursor.told.version >= version) return Promise.resolve();
      return new Promise((resolve) => {
        cursor.awaiting.push({ version, resolve });
      });
    },
  };
}
