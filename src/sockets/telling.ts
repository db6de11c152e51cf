/**
 * Decides what the sockets of this process are told about their rooms. News of a room comes from a commit of this process,
 * or from a look at what other processes did. Each room that has sockets here has one cursor (cursor.ts). All news moves the
 * cursor, and only the cursor decides which chats are sent.
 */
import { Cursor } from './cursor';
import type { Hall } from './hall';
import { decide } from '../rules/hearers';
import type { News } from '../services/change-room';
import type { RoomList } from '../services/room-list';
import type { Chat, Room, RoomMark } from '../types/room';

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
  history: { saidBetween(roomId: string, after: number, upTo: number): Promise<Chat[]> };
  list: Pick<RoomList, 'counted' | 'removed'>;
  retryAfter?: number;
}

/** Starts without cursors. A room gets one with its first socket. */
export function createTelling({ hall, node, rooms, history, list, retryAfter }: Deps): Telling {
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
    known.hear({ mark: room, said });
  }

  function begin(room: Room, said: Chat[]): Cursor {
    const cursor = new Cursor(room, said, {
      hall,
      history,
      retryAfter,
      onEnd: () => cursors.delete(room._id),
    });
    cursors.set(room._id, cursor);
    return cursor;
  }

  function gone(roomId: string): void {
    for (const { id, isIn } of hall.socketsOf(roomId)) if (isIn) hall.putOut(id, roomId, 'closed');
    cursors.get(roomId)?.end();
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
      cursor.hear({ mark, said: [] });
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
      for (const cursor of cursors.values()) cursor.endUnlessHeard();
      const asked = [...cursors.values()];
      if (asked.length === 0) return;
      const marks = new Map(
        (await rooms.marks(asked.map(({ room }) => room._id))).map((mark) => [mark._id, mark]),
      );
      // A cursor may have ended while we were asking.
      const current = asked.filter((cursor) => cursors.get(cursor.room._id) === cursor);
      await Promise.all(current.map((cursor) => hearMark(cursor, marks.get(cursor.room._id))));
    },
    reached: (roomId, version) => cursors.get(roomId)?.reached(version) ?? Promise.resolve(),
  };
}
