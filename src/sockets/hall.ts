/**
 * The sockets of this process, room by room. Everything that is sent to the sockets of a room is sent here. Sockets of our
 * page get the chats of the log in packets. Sockets that joined by a bare room id, as the book's client does, get the same
 * chats as the book's events, one event for each chat.
 */
import type { ChatSocket, IoNamespace } from './io';
import type { OurSocket, WhyOut } from '../rules/hearers';
import { sent } from '../services/sent';
import type { HeldSocket, Passing } from '../services/listener';
import { KINDS } from '../shared/kinds';
import type { SentChat, Typists } from '../types/events';
import type { Chat } from '../types/room';

/** The largest `chats` packet, in bytes of JSON. */
const MAX_PACKET = 65_536;
/** So many chats fit into a packet, even if each has 2,000 characters of the longest kind, so we need not measure them. */
const SURELY_FIT = 6;

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

export interface SocketHall extends Hall, Pick<Passing, 'whispered'> {
  /** Tells the room who is typing. A socket that cannot be written to at this moment does not get it. */
  tellTyping: (typists: Typists) => void;
  /** Notes that the socket is about to enter the room. It hears the room when a commit has given it a place. */
  expect(socket: ChatSocket, roomId: string, client: 'ours' | "the book's"): void;
  /** Whether the socket hears the room. */
  isIn(socket: ChatSocket, roomId: string): boolean;
  /** From now on the socket does not hear the room. Its connection stays open. */
  exclude(socket: ChatSocket, roomId: string): void;
  /** All sockets that hear a room, or are about to enter one. */
  held: () => HeldSocket[];
}

/** Starts without sockets. */
export function createHall(chat: IoNamespace): SocketHall {
  /** For each room the sockets that hear it, and those that are about to enter. */
  const members = new Map<string, Set<ChatSocket>>();

  function exclude(socket: ChatSocket, roomId: string): void {
    socket.data.rooms.delete(roomId);
    const others = members.get(roomId);
    others?.delete(socket);
    if (others?.size === 0) members.delete(roomId);
    void socket.leave(roomId);
    void socket.leave(bookRoom(roomId));
  }

  function isIn(socket: ChatSocket, roomId: string): boolean {
    return socket.rooms.has(roomId) || socket.rooms.has(bookRoom(roomId));
  }

  /**
   * Sends a chat to the sockets of the book's client. As in the book, they get no `join` about their own person. They get
   * nothing if the chat was taken back before we could send it.
   */
  function sayAsInTheBook(roomId: string, said: Chat): void {
    const event = KINDS[said.kind].book;
    if (event === undefined || said.takenBack === true) return;
    const own = event === 'join' ? socketsOfPerson(roomId, said.userId) : [];
    chat.to(bookRoom(roomId)).except(own).emit(event, sent(said));
  }

  function socketsOfPerson(roomId: string, userId: string): string[] {
    const all = [...(members.get(roomId) ?? [])];
    return all.filter(({ data }) => data.userId === userId).map(({ id }) => id);
  }

  return {
    expect(socket, roomId, client) {
      socket.data.rooms.set(roomId, client);
      const others = members.get(roomId);
      if (others === undefined) members.set(roomId, new Set([socket]));
      else others.add(socket);
    },
    isIn,
    exclude,
    held: () =>
      [...members].flatMap(([roomId, sockets]) =>
        [...sockets].flatMap(({ id, data: { userId } }) =>
          userId === undefined ? [] : [{ roomId, userId, socketId: id }],
        ),
      ),
    socketsOf: (roomId) =>
      [...(members.get(roomId) ?? [])].map((socket) => {
        return { id: socket.id, userId: socket.data.userId ?? '', isIn: isIn(socket, roomId) };
      }),
    isHeard: (roomId) => hasSockets(chat, roomId) || hasSockets(chat, bookRoom(roomId)),
    takeIn(socketId, roomId) {
      const socket = chat.sockets.get(socketId);
      if (socket === undefined) return;
      void socket.join(socket.data.rooms.get(roomId) === 'ours' ? roomId : bookRoom(roomId));
    },
    putOut(socketId, roomId, why) {
      const socket = chat.sockets.get(socketId);
      if (socket === undefined) return;
      exclude(socket, roomId);
      tellWhy(socket, roomId, why);
    },
    say(roomId, chats) {
      if (hasSockets(chat, roomId))
        for (const packet of packetsOf(chats.map(sent))) chat.to(roomId).emit('chats', packet);
      if (hasSockets(chat, bookRoom(roomId))) for (const said of chats) sayAsInTheBook(roomId, said);
    },
    skip: (roomId, seq) => chat.to(roomId).emit('behind', { room: roomId, seq }),
    whispered(sockets, whisper) {
      // With an empty list, Socket.IO would send to all sockets.
      if (sockets.length > 0) chat.to(sockets).emit('whisper', whisper);
    },
    tellTyping: (typists) => chat.to(typists.room).volatile.emit('typing', typists),
  };
}

function tellWhy(socket: ChatSocket, roomId: string, why: WhyOut): void {
  if (why === 'closed') socket.emit('roomClosed', { room: roomId });
  else if (why === 'barred') socket.emit('kicked', { room: roomId });
  // Its person left over HTTP, or opened too many sockets.
  else socket.disconnect(true);
}

function hasSockets(chat: IoNamespace, socketIoRoom: string): boolean {
  return chat.adapter.rooms.has(socketIoRoom);
}

/** The name of the Socket.IO room for sockets of the book's client. */
function bookRoom(roomId: string): string {
  return `book:${roomId}`;
}

/** The chats in packets of at most 64 KiB each. */
function packetsOf(chats: SentChat[]): SentChat[][] {
  if (chats.length <= SURELY_FIT) return [chats];
  const packets: SentChat[][] = [];
  let packet: SentChat[] = [];
  let size = Infinity;
  for (const chat of chats) {
    const bytes = Buffer.byteLength(JSON.stringify(chat)) + 1;
    if (size + bytes > MAX_PACKET) packets.push((packet = []));
    size = packet.length === 0 ? bytes : size + bytes;
    packet.push(chat);
  }
  return packets;
}
