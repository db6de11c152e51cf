/** Socket.IO as this program types it: what comes in, what goes out, and what is known of a socket. */
import type { Namespace, Server, Socket } from 'socket.io';
import type { ChatEvents, ChatRequests, RoomEvents } from '../types/events';

/** What this process knows of a `/chat` socket. */
export interface SocketState {
  userId: string | undefined;
  address: string;
  /** The rooms that it is in or about to enter, and as which client. */
  rooms: Map<string, 'ours' | "the book's">;
  /** Joining and leaving happen one after another. */
  turn: Promise<void>;
}

type NoEvents = Record<string, never>;
/** What a client sends is unknown until it is parsed. */
export type Incoming = Record<keyof ChatRequests, (...args: unknown[]) => void>;
type Outgoing = ChatEvents & RoomEvents;
export type Io = Server<Incoming, Outgoing, NoEvents, SocketState>;
export type IoNamespace = Namespace<Incoming, Outgoing, NoEvents, SocketState>;
export type ChatSocket = Socket<Incoming, Outgoing, NoEvents, SocketState>;
