/**
 * Decides what the sockets of this process are told about their rooms. For each room that has sockets here there is one
 * cursor. It says up to which version, and up to which chat (`seq`), all these sockets were told. News of a room comes from
 * a commit of this process, or from a look at what other processes did. All news moves the cursor, and only the cursor
 * decides what is sent.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { logger } from '../logger';
import { decide, placedSockets, type OurSocket, type WhyOut } from '../rules/hearers';
import type { News } from '../services/change-room';
import type { RoomList } from '../services/room-list';
import type { Chat, Room, RoomMark } from '../types/room';

/** If the sockets missed more chats than this, the chats are not sent; the sockets are only told that there is a gap. */
const MAX_GAP = 1_000;
/** How many pieces of news may wait in one room. If there are more, we drop them and read their chats from the store. */
const MAX_WAITING = 100;
/** How long we wait after a failed read before we read again, in ms. */
const RETRY_AFTER = 500;

/** The sockets of this process, room by room. */
export interface Hall {
  /** The sockets that hear the room, and those that are about to enter. */
  socketsOf(roomId: string): OurSocket[];
  /** Whether at least one socket hears the room. */
  isHeard(roomId: string): boolean;
  /** From now on the socket hears the room. */
  takeIn(socketId: string, roomId: string): void;
  /** From now on the socket does not hear the room; it is told why. */
  putOut(socketId: string, roomId: string, why: WhyOut): void;
  /** Sends these chats to all sockets that hear the room. */
  say(roomId: string, chats: Chat[]): void;
  /** Tells all sockets that hear the room that the chats up to this number will not be sent. */
  skip(roomId: string, seq: number): void;
}

export interface Telling {
  /** A room was committed or read. News that is not newer than the cursor is ignored. */
  changed: (news: News) => void;
  /** The store has no record of this room any more, so its sockets are put out. */
  gone: (roomId: string) => void;
  /** Asks the store what other processes did in the rooms that our sockets hear, and tells it. */
  look(): Promise<void>;
  /** Resolves when the sockets were told everything up to this version of the room, or when none hears it any more. */
  reached(roomId: string, version: number): Promise<void>;
}

interface Deps {
  hall: Hall;
  /** This process among the others. */
  node: { id(): string; isAlive(): boolean };
  rooms: {
    known(roomId: string): Promise<Room | undefined>;
    marks(roomIds: readonly string[]): Promise<RoomMark[]>;
    /** Whether a commit of this process may be under way. It will bring its own news. */
    isChanging(roomId: string): boolean;
    /** Takes a socket that is gone out of the room. */
    drop(roomId: string, socketId: string): Promise<void>;
  };
  chats: { saidBetween(roomId: string, after: number, upTo: number): Promise<Chat[]> };
  list: Pick<RoomList, 'counted' | 'removed'>;
  retryAfter?: number;
}

/** News that waits to be told: the version and the last number of the room, and the chats that came with the news. */
interface WaitingNews {
  mark: RoomMark;
  said: Chat[];
}

interface Cursor {
  /** The newest state of the room that we have. Its places are right; its `seq` may be older than that of `newest`. */
  room: Room;
  /** The newest mark of the room that we have. */
  newest: RoomMark;
  /** The version up to which the places were compared with our sockets. */
  placed: { version: number; peopleVersion: number };
  /** The version and the chat up to which the sockets were told. */
  told: { version: number; seq: number };
  waiting: WaitingNews[];
  isTelling: boolean;
  /** Joins that wait until the sockets were told a version. */
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
      // Without a cursor we do not know what the people were before, so we check whether this version changed them.
      const isListed = cursor !== undefined || room.peopleVersion === room.version;
      if (isListed && room.closedAt === null) list.counted(room);
      if (cursor === undefined && decision.in.length === 0) return;
    }
    const known = cursor ?? begin(room, said);
    known.room = room;
    // If other processes may have declared us dead, the places must be compared again later.
    if (isAlive) known.placed = room;
    hear(known, { mark: room, said });
  }

  /** Makes a cursor when the first sockets enter a room. They are told this news, and nothing from before it. */
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

  /** Tells the waiting news, one piece after another. It does so in the same tick, unless chats must be read first. */
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
        // The chats that came with the waiting news are in the store, too. So it is enough to read up to the newest one.
        if (isCurrent(cursor)) cursor.waiting = [{ mark: cursor.newest, said: [] }];
      }
    }
    cursor.isTelling = false;
    if (!hall.isHeard(cursor.room._id)) end(cursor);
  }

  /** Tells one piece of news. @returns a promise if chats must be read first. */
  function tell(cursor: Cursor, { mark, said }: WaitingNews): Promise<void> | undefined {
    // News with chats comes from a commit of ours. A socket that entered by that commit must not hear
    // earlier chats, so it is taken in after they were sent. From news without chats we do not know when a
    // socket entered, so it is taken in first.
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

  /** Takes in every socket that has a place. We look at the newest state, so a socket that was just put out stays out. */
  function takeIn({ room }: Cursor): void {
    const placed = placedSockets(room);
    for (const { id, isIn } of hall.socketsOf(room._id))
      if (!isIn && placed.has(id)) hall.takeIn(id, room._id);
  }

  /** Reads the chats between the last one that was told and `upTo` from the store, page by page, and sends them. */
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

  /** Lets the joins go on whose version was told. */
  function release(cursor: Cursor): void {
    const isReached = ({ version }: { version: number }) => version <= cursor.told.version;
    const reached = cursor.awaiting.filter(isReached);
    cursor.awaiting = cursor.awaiting.filter((one) => !isReached(one));
    for (const { resolve } of reached) resolve();
  }

  /** Whether this cursor is still used: it may have ended while we were reading. */
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
   * Takes a mark as news. If the people did not change, the mark is enough; otherwise the room is read. While a commit of
   * this process is under way, we do nothing: the mark may already show that commit, which will bring its own news with its
   * chats.
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
      // If other processes may have declared us dead, our sockets must be entered again first.
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
