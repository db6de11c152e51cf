/** Socket.IO as this program types it: what comes in, what goes out, and what is known of a socket. */
import type { Namespace, Server, Socket } from 'socket.io';
import type { ChatEvents, ChatRequests, RoomEvents } from '../types/events';

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

/** Those to emit to; nobody for an empty list, which to Socket.IO itself would be everybody. */
export function toSockets(chat: IoNamespace, ids: string[]) {
  return ids.length === 0 ? undefined : chat.to(ids);
}
