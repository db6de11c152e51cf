/** The socket events, typed once for the server, the pages and the tests. */
import type { GifChat, SystemChat, TextChat } from './room';

/** A value as JSON carries it: dates are ISO 8601 strings. */
type Sent<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] };
/** A chat as clients get it: what happened to people comes with the sentence about it. */
export type SentChat = Sent<TextChat> | Sent<GifChat> | (Sent<SystemChat> & { chat: string });

/** A room as the list shows it. `password` says only whether there is one. */
export interface RoomSummary {
  _id: string;
  title: string;
  max: number;
  owner: string;
  password: boolean;
  ephemeral: boolean;
  count: number;
  createdAt: string;
}

export interface PersonRef {
  id: string;
  color: string;
}

export interface PersonSummary extends PersonRef {
  owner: boolean;
}

/** Codes that an ack of a socket event may carry. */
export type SocketErrorCode =
  | 'BAD_REQUEST'
  | 'ROOM_NOT_FOUND'
  | 'NOT_ADMITTED'
  | 'ROOM_FULL'
  | 'BARRED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE';

export interface Refused {
  ok: false;
  code: SocketErrorCode;
  message: string;
}
export type Answer<T = object> = ({ ok: true } & T) | Refused;
export type Ack<T = object> = (answer: Answer<T>) => void;

export interface Joined {
  /** The room's newest `seq` as far as `missed` was read. */
  seq: number;
  me: PersonRef;
  /** Those who entered, longest first; missing where the request said `people: false`. */
  people?: PersonSummary[];
  /** The chats after `after`: at most 200, and at most 64 KiB of them. */
  missed: SentChat[];
  /** Whether there are more after `missed`. */
  more: boolean;
  ephemeral: boolean;
}

export interface Whisper {
  from: PersonRef;
  to: PersonRef;
  chat: string;
  createdAt: string;
}

/** `/room`: the list. Nothing is received on it. */
export interface RoomEvents {
  newRoom: (room: RoomSummary) => void;
  removeRoom: (id: string) => void;
  /** At most once a second. */
  updateRooms: (rooms: { _id: string; count: number; owner: string }[]) => void;
}

/** `/chat`, client to server. */
export interface ChatRequests {
  /** A bare room id is the book's client; `after` is the last `seq` seen, 0 for all. */
  join: (target: string | { room: string; after: number; people?: boolean }, ack?: Ack<Joined>) => void;
  leave: (room: string, ack?: Ack) => void;
  chat: (
    message: { room: string; chat: string; nonce?: string },
    ack?: Ack<{ _id: string; seq: number }>,
  ) => void;
  whisper: (message: { room: string; to: string; chat: string }, ack?: Ack) => void;
  typing: (state: { room: string; typing: boolean }, ack?: Ack) => void;
  kick: (who: { room: string; userId: string }, ack?: Ack) => void;
  handover: (who: { room: string; userId: string }, ack?: Ack) => void;
}

/** `/chat`, server to client. */
export interface ChatEvents {
  /** New chats of the room, in order, at most 64 KiB of them. Not sent to sockets that joined by a bare id. */
  chats: (chats: SentChat[]) => void;
  /** Chats up to this `seq` will not be sent: they were not stored (in ephemeral rooms), or there are over 1,000. */
  behind: (state: { room: string; seq: number }) => void;
  roomClosed: (which: { room: string }) => void;
  kicked: (which: { room: string }) => void;
  whisper: (whisper: Whisper) => void;
  typing: (state: { id: string; color: string; typing: boolean }) => void;
  /** The book's events, one by one, for sockets that joined by a bare id. */
  join: (chat: SentChat) => void;
  exit: (chat: SentChat) => void;
  chat: (chat: SentChat) => void;
}
