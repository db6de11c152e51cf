/** The only place that emits: what was committed goes to the sockets of its room, and who has no place any more goes out. */
import type { Namespace, Server, Socket } from 'socket.io';
import type { News } from '../services/change-room';
import { sent } from '../services/chats';
import type { Held } from '../services/nodes';
import type { Tell } from '../services';
import type { ChatEvents, ChatRequests, RoomEvents } from '../types/events';
import type { Chat, Room } from '../types/room';

/** What this process knows of a `/chat` socket. */
export interface SocketState {
  userId: string | undefined;
  address: string;
  /** The rooms that it is in or about to enter, and whether as the book's client does. */
  rooms: Map<string, 'ours' | "the book's">;
  /** Joining and leaving happen one after another. */
  turn: Promise<unknown>;
}

type NoEvents = Record<string, never>;
/** What a client sends is unknown until it is parsed. */
export type Incoming = Record<keyof ChatRequests, (...args: unknown[]) => void>;
type Outgoing = ChatEvents & RoomEvents;
export type Io = Server<Incoming, Outgoing, NoEvents, SocketState>;
export type IoNamespace = Namespace<Incoming, Outgoing, NoEvents, SocketState>;
export type ChatSocket = Socket<Incoming, Outgoing, NoEvents, SocketState>;

/** Counts of the list go out together, at most this often, in ms. */
const LIST_EVERY = 1_000;

/** @param drop is called for a socket that has a place and is gone. */
export function createNotifier(io: Io, nodeId: () => string, drop: (roomId: string, socketId: string) => void): Tell {
  const chat = io.of('/chat');
  const list = io.of('/room');
  const changed = new Map<string, { _id: string; count: number; owner: string }>();
  let listTimer: NodeJS.Timeout | undefined;

  function updateList({ _id, count, owner }: Room): void {
    changed.set(_id, { _id, count, owner });
    listTimer ??= setTimeout(() => {
      listTimer = undefined;
      list.emit('updateRooms', [...changed.values()]);
      changed.clear();
    }, LIST_EVERY).unref();
  }

  /** Those of our sockets that are in the room and have no place in it are told why, and hear no more of it. */
  function putOut(room: Room, placed: Set<string>): void {
    for (const id of socketsIn(room._id)) {
      const socket = chat.sockets.get(id);
      if (socket === undefined || placed.has(id)) continue;
      exclude(socket, room._id);
      if (room.closedAt !== null) socket.emit('roomClosed', { room: room._id });
      else if (room.barred.includes(socket.data.userId ?? '')) socket.emit('kicked', { room: room._id });
      else socket.disconnect(true);
    }
  }

  /** Those of our sockets that have a place hear the room from now on; a place whose socket is gone is given up. */
  function takeIn(room: Room, placed: Set<string>): void {
    for (const id of placed) {
      const socket = chat.sockets.get(id);
      const kind = socket?.data.rooms.get(room._id);
      if (socket === undefined || kind === undefined) drop(room._id, id);
      else void socket.join(kind === 'ours' ? room._id : bookRoom(room._id));
    }
  }

  function socketsIn(roomId: string): string[] {
    const { rooms } = chat.adapter;
    return [...(rooms.get(roomId) ?? []), ...(rooms.get(bookRoom(roomId)) ?? [])];
  }

  function tellChats({ before, room, chats }: News): void {
    if (chats.length === 0) return;
    chat.to(room._id).emit('chats', chats.map(sent));
    if (chat.adapter.rooms.has(bookRoom(room._id))) {
      for (const said of chats) tellBook(said, [before, room]);
    }
  }

  /** The book's events: its client hears of others' coming, and calls a kick a going. */
  function tellBook(said: Chat, versions: Room[]): void {
    const hall = chat.to(bookRoom(said.room));
    const own = versions.flatMap(({ people }) => people.find(({ id }) => id === said.userId)?.sockets ?? []);
    if (said.kind === 'join') hall.except(own.map(({ id }) => id)).emit('join', sent(said));
    else if (said.kind === 'exit' || said.kind === 'kick') hall.emit('exit', sent(said));
    else if (said.kind !== 'owner') hall.emit('chat', sent(said));
  }

  return {
    created: (room) => list.emit('newRoom', room),
    removed: (roomId) => {
      changed.delete(roomId);
      list.emit('removeRoom', roomId);
    },
    committed(news) {
      const { before, room } = news;
      if (before.people === room.people) {
        tellChats(news);
        return;
      }
      const placed = new Set(
        room.people.flatMap(({ sockets }) => sockets.filter(({ node }) => node === nodeId()).map(({ id }) => id)),
      );
      putOut(room, placed);
      tellChats(news);
      takeIn(room, placed);
      if (room.closedAt === null && (before.count !== room.count || before.owner !== room.owner)) updateList(room);
    },
    behind: (room) => chat.to(room._id).emit('behind', { room: room._id, seq: room.seq }),
    whispered: (sockets, whisper) => chat.to(sockets).emit('whisper', whisper),
    typed: (roomId, but, state) => chat.to(roomId).except(but).volatile.emit('typing', state),
    held(): Held[] {
      return [...chat.sockets.values()].flatMap((socket) =>
        [...socket.data.rooms.keys()].flatMap((roomId) =>
          socket.data.userId === undefined ? [] : [{ roomId, userId: socket.data.userId, socketId: socket.id }],
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

/** Sockets that joined by a bare id have a hall of their own: what they hear is worded differently. */
function bookRoom(roomId: string): string {
  return `book:${roomId}`;
}
