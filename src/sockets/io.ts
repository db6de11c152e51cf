/** The types of Socket.IO in this program: the events that come in and go out, and the data of a socket. */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Language } from '../locales';
import type { ChatEvents, ChatRequests, RoomEvents } from '../types/events';

/** The data of a `/chat` socket. */
interface SocketState {
  userId: string | undefined;
  address: string;
  site: string | undefined;
  /** When the person's session began, in ms since 1970. */
  since: number | undefined;
  /** The language of the texts in answers. */
  language: Language;
  /** The rooms that the socket hears or is about to enter, each with the kind of client that joined. */
  rooms: Map<string, 'ours' | "the book's">;
  /** Resolves when the last join or leave of this socket is done; the next one waits for it. */
  turn: Promise<void>;
  /** Whether a join of this socket was answered. The next one waits until the client has read that answer. */
  isAnswered: boolean;
  /** Since when the socket has been in no room, by the monotonic clock, as far as we looked. */
  idleSince: number;
}

type NoEvents = Record<string, never>;
/** Events from clients. Their payload has the type `unknown` until it is parsed. */
export type Incoming = Record<keyof ChatRequests, (...args: unknown[]) => void>;
type Outgoing = ChatEvents & RoomEvents;
export type Io = Server<Incoming, Outgoing, NoEvents, SocketState>;
export type IoNamespace = Namespace<Incoming, Outgoing, NoEvents, SocketState>;
export type ChatSocket = Socket<Incoming, Outgoing, NoEvents, SocketState>;
