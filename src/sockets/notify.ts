/** The place that emits (with the book's halls): what was committed goes to the sockets of its room, and who has no place any more goes out. */
import { bookRoom, createBookHalls, type Missed } from './book-hall';
import { toSockets, type ChatSocket, type Io } from './io';
import type { News } from '../services/change-room';
import { sent } from '../services/chats';
import type { Held } from '../services/nodes';
import type { Tell } from '../services';
import type { Room } from '../types/room';

/** Counts of the list go out together, at most this often, in ms. */
const LIST_EVERY = 1_000;

/** The process that holds the sockets. */
export interface Own {
  /** Its id among the nodes. */
  id(): string;
  /** False while others may have taken it for dead, and its sockets out of their rooms. */
  isAlive(): boolean;
  /** To be called for a socket that has a place and is gone. */
  drop(roomId: string, socketId: string): void;
  missed: Missed;
}

export function createNotifier(io: Io, own: Own): Tell {
  const chat = io.of('/chat');
  const halls = createBookHalls(chat, (...range) => own.missed(...range));
  const list = io.of('/room');
  /** Of the rooms that sockets hear: the newest state that they know. */
  const told = new Map<string, { version: number; seq: number }>();
  const changed = new Map<string, { _id: string; count: number; owner: string }>();
  let listTimer: NodeJS.Timeout | undefined;

  function updateList({ _id, count, owner }: Pick<Room, '_id' | 'count' | 'owner'>): void {
    changed.set(_id, { _id, count, owner });
    listTimer ??= setTimeout(() => {
      listTimer = undefined;
      // Those that changed may have been removed since.
      if (changed.size > 0) list.emit('updateRooms', [...changed.values()]);
      changed.clear();
    }, LIST_EVERY).unref();
  }

  function tellRemoved(roomId: string): void {
    changed.delete(roomId);
    list.emit('removeRoom', roomId);
  }

  /** Those of our sockets that are in the room and have no place in it are told why, and hear no more of it. */
  function putOut(room: Room, placed: Set<string>): void {
    for (const id of socketsIn(room._id)) {
      const socket = chat.sockets.get(id);
      if (socket === undefined || placed.has(id)) continue;
      const isBarred = room.barred.includes(socket.data.userId ?? '');
      // Taken for dead, we enter all that still have a place again, and look then who has none.
      if (room.closedAt === null && !isBarred && !own.isAlive()) continue;
      exclude(socket, room._id);
      if (room.closedAt !== null) socket.emit('roomClosed', { room: room._id });
      else if (isBarred) socket.emit('kicked', { room: room._id });
      else socket.disconnect(true);
    }
  }

  /** Those of our sockets that have a place hear the room from now on; a place whose socket is gone is given up. */
  function takeIn(room: Room, placed: Set<string>): void {
    for (const id of placed) {
      const socket = chat.sockets.get(id);
      const kind = socket?.data.rooms.get(room._id);
      if (socket === undefined || kind === undefined) own.drop(room._id, id);
      else void socket.join(kind === 'ours' ? room._id : bookRoom(room._id));
    }
  }

  function socketsIn(roomId: string): string[] {
    const { rooms } = chat.adapter;
    return [...(rooms.get(roomId) ?? []), ...(rooms.get(bookRoom(roomId)) ?? [])];
  }

  /** A commit of ours, or what others made of the room since we last heard. */
  function hear(news: News): void {
    const { before, room } = news;
    const known = told.get(room._id);
    const isAllHeard = known === undefined || known.version === before.version;
    if (isAllHeard && before.people === room.people) tellChats(news);
    else {
      const placed = new Set(
        room.people.flatMap(({ sockets }) =>
          sockets.filter(({ node }) => node === own.id()).map(({ id }) => id),
        ),
      );
      putOut(room, placed);
      // Who comes hears the whole commit: what it said after their coming is in no answer.
      takeIn(room, placed);
      tellChats(news, known?.seq);
      const isListed = !isAllHeard || before.count !== room.count || before.owner !== room.owner;
      if (room.closedAt === null && isListed) updateList(room);
      if (room.closedAt !== null && !isAllHeard) tellRemoved(room._id);
    }
    if (known !== undefined && known.seq < before.seq) tellBehind(room);
    if (!isHeard(room._id)) told.delete(room._id);
    else told.set(room._id, { version: own.isAlive() ? room.version : 0, seq: room.seq });
  }

  /** The room has no record any more: it was closed, and we were away. */
  function hearEnd(roomId: string): void {
    for (const id of socketsIn(roomId)) {
      const socket = chat.sockets.get(id);
      if (socket === undefined) continue;
      exclude(socket, roomId);
      socket.emit('roomClosed', { room: roomId });
    }
    told.delete(roomId);
  }

  function tellBehind({ _id, seq }: Room): void {
    chat.to(_id).emit('behind', { room: _id, seq });
  }

  function isHeard(roomId: string): boolean {
    const { rooms } = chat.adapter;
    return rooms.has(roomId) || rooms.has(bookRoom(roomId));
  }

  function tellChats(news: News, known = news.before.seq): void {
    const { room, chats } = news;
    if (chats.length > 0) chat.to(room._id).emit('chats', chats.map(sent));
    halls.tell(news, known);
  }

  return {
    created: (room) => list.emit('newRoom', room),
    removed: tellRemoved,
    counted: updateList,
    committed: hear,
    seen(roomId, room) {
      if (room === undefined) hearEnd(roomId);
      else hear({ before: room, room, chats: [] });
    },
    behind: tellBehind,
    known: () => new Map([...told].map(([roomId, { version }]) => [roomId, version])),
    whispered: (sockets, whisper) => toSockets(chat, sockets)?.emit('whisper', whisper),
    typed: (roomId, but, state) => chat.to(roomId).except(but).volatile.emit('typing', state),
    held(): Held[] {
      return [...chat.sockets.values()].flatMap((socket) =>
        [...socket.data.rooms.keys()].flatMap((roomId) =>
          socket.data.userId === undefined
            ? []
            : [{ roomId, userId: socket.data.userId, socketId: socket.id }],
        ),
      );
    },
  };
}

/** The socket hears no more of the room; its connection stays. */
export function exclude(socket: ChatSocket, roomId: string): void {
  socket.data.rooms.delete(roomId);
  void socket.leave(roomId);
  void socket.leave(bookRoom(roomId));
}

/** Whether the socket hears the room. */
export function isIn(socket: ChatSocket, roomId: string): boolean {
  return socket.rooms.has(roomId) || socket.rooms.has(bookRoom(roomId));
}
