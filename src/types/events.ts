/** The types of the socket events, for the server, the pages and the tests. */
import type { GifChat, SystemChat, TakebackChat, TakenBackChat, TextChat } from './room';

/** A value as it is in JSON: dates are ISO 8601 strings. */
type Sent<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] };
/** A chat as clients get it. A system chat has, as its `chat`, the sentence that says what happened. */
export type SentChat =
  | Sent<TextChat>
  | Sent<GifChat>
  | Sent<TakenBackChat>
  | ((Sent<SystemChat> | Sent<TakebackChat>) & { chat: string });

/** A room as the list shows it. `password` says only whether the room has one. */
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
  /** What the person wants to be called; missing if they did not say. */
  name?: string;
}

export interface PersonSummary extends PersonRef {
  owner: boolean;
}

/** The codes of refused socket events. */
export const SOCKET_ERROR_CODES = [
  'BAD_REQUEST',
  'ROOM_NOT_FOUND',
  'NOT_ADMITTED',
  'ROOM_FULL',
  'NAME_TAKEN',
  'BARRED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'UNAVAILABLE',
] as const;
export type SocketErrorCode = (typeof SOCKET_ERROR_CODES)[number];

export interface Refused {
  ok: false;
  code: SocketErrorCode;
  message: string;
  /** With RATE_LIMITED: after how many seconds it may be tried again. */
  retryAfter?: number;
}
export type Answer<T = object> = ({ ok: true } & T) | Refused;
type Ack<T = object> = (answer: Answer<T>) => void;

/** The answer to a `join`. */
export interface Joined {
  /** The number of the room's newest chat at the moment at which the socket joined. */
  seq: number;
  me: PersonRef;
  /** The people who entered, in the order in which they entered; missing if the request said `people: false`. */
  people?: PersonSummary[];
  /** The chats that follow the request's `after`: at most 200, and at most 64 KiB. */
  missed: SentChat[];
  /** In an ephemeral room, whose missed chats cannot be sent: the numbers of its latest chats that were taken back. */
  takenBack?: number[];
  /** Whether the log has more chats between `missed` and `seq`. */
  more: boolean;
  ephemeral: boolean;
  /** The name that the request asked for cannot be a name, or another person in the room has one that looks like it. */
  nameRefused?: true;
}

export interface Whisper {
  from: PersonRef;
  to: PersonRef;
  chat: string;
  createdAt: string;
}

/** Those who type in a room: at most three people, and how many there are in all. */
export interface Typists {
  room: string;
  people: PersonRef[];
  count: number;
}

/** Namespace `/room`, the list: server to client. Clients send nothing there. */
export interface RoomEvents {
  newRoom: (room: RoomSummary) => void;
  removeRoom: (id: string) => void;
  /** What changed in these rooms; sent at most once a second. */
  updateRooms: (rooms: { _id: string; count: number; owner: string }[]) => void;
}

/** Namespace `/chat`: client to server. */
export interface ChatRequests {
  /** The book's client sends a bare room id, ours an object. `after` is the number of the last chat it saw, 0 for none. */
  join: (
    target: string | { room: string; after: number; people?: boolean; name?: string },
    ack?: Ack<Joined>,
  ) => void;
  leave: (room: string, ack?: Ack) => void;
  chat: (
    message: { room: string; chat: string; nonce?: string },
    ack?: Ack<{ _id: string; seq: number }>,
  ) => void;
  whisper: (message: { room: string; to: string; chat: string }, ack?: Ack) => void;
  typing: (state: { room: string; typing: boolean }, ack?: Ack) => void;
  kick: (who: { room: string; userId: string }, ack?: Ack) => void;
  /** An empty name takes the name away. */
  rename: (to: { room: string; name: string }, ack?: Ack) => void;
  takeback: (which: { room: string; seq: number }, ack?: Ack) => void;
  handover: (who: { room: string; userId: string }, ack?: Ack) => void;
}

/** Namespace `/chat`: server to client. */
export interface ChatEvents {
  /** New chats of the room, in order, at most 64 KiB. Not sent to sockets that joined by a bare id. */
  chats: (chats: SentChat[]) => void;
  /** The chats up to this `seq` will not be sent, because the room is ephemeral, or because they are more than 1,000. */
  behind: (state: { room: string; seq: number }) => void;
  roomClosed: (which: { room: string }) => void;
  kicked: (which: { room: string }) => void;
  whisper: (whisper: Whisper) => void;
  /** Sent at most twice a second, and not in rooms of more than 50 people. */
  typing: (typists: Typists) => void;
  /** The book's events, one for each chat, for sockets that joined by a bare id. */
  join: (chat: SentChat) => void;
  exit: (chat: SentChat) => void;
  chat: (chat: SentChat) => void;
}
