/** The central values of the program: a room, the people in it, and the chats of its log. */
import type { SystemKind } from '../shared/kinds';

/** A socket, and the id of the process (node) that holds it. */
export interface SocketRef {
  node: string;
  id: string;
}

/** A person who has a place in a room. Times are milliseconds of the store's clock. */
export interface Person {
  id: string;
  color: string;
  /** What the person wants to be called; missing if they did not say. It stands beside the color, never instead of it. */
  name?: string;
  /** When the place was taken. Reconnecting does not change it, so it does not change the order of the people either. */
  since: number;
  /** Whether a socket or a chat came from this person; the log has a `join` then. */
  entered: boolean;
  sockets: SocketRef[];
  /** When the place ends if no socket comes back; null while the person has a socket. */
  until: number | null;
}

/** What an ephemeral room remembers of a chat, so that a retry gets the same answer. The chat itself is not stored. */
export interface RecentChat {
  userId: string;
  nonce: string;
  _id: string;
  seq: number;
  /** Whether it was taken back. */
  takenBack?: true;
}

/** A chat whose content is to be erased, and the path of its file if it is a GIF. */
export interface Erasing {
  seq: number;
  /** How many bytes of the room's `bytes` this frees. */
  bytes: number;
  gif?: string;
}

/** The fields of a room that the list of rooms needs. */
export type ListedRoom = Pick<
  Room,
  '_id' | 'title' | 'max' | 'owner' | 'password' | 'ephemeral' | 'count' | 'createdAt' | 'version'
>;

/** The version and the newest chat of a room: enough to know whether anything in it is new. */
export type RoomMark = Pick<Room, '_id' | 'version' | 'peopleVersion' | 'seq'>;

/** A room as the stores keep it. Ids are 24 lower-case hexadecimal digits. */
export interface Room {
  _id: string;
  title: string;
  /** How many people may have a place, 2 to 500. */
  max: number;
  /** The owner's color, as in the book. */
  owner: string;
  ownerId: string;
  /** The password's scrypt hash, or null for an open room. It never leaves the server. */
  password: string | null;
  /** Whether chats are only passed on and not stored. */
  ephemeral: boolean;
  createdAt: Date;
  /** Grows by one with every commit. */
  version: number;
  /** The version of the last commit that changed the places, the bars or the owner, or that closed the room. */
  peopleVersion: number;
  /** The number of the newest chat in the log; 0 before the first chat. */
  seq: number;
  /** About how much the log and its GIFs take, in bytes. It changes with the commit that stores a chat or erases one. */
  bytes: number;
  /** The people with a place, in the order in which they came. */
  people: Person[];
  /** The ids of the people who gave the password of a secret room, the oldest first. */
  admitted: string[];
  /** The ids of the people who were kicked. They stay barred as long as the room exists. */
  barred: string[];
  /** How many people have a place, the same as `people.length`: the list page does not read `people`. */
  count: number;
  /** Since when the room is empty; null while at least one person has a place. */
  emptyAt: number | null;
  /** When the room was closed; null while it is open. To people, a closed room looks like a missing one. */
  closedAt: number | null;
  /** The next moment at which time alone changes the room; null if there is none. */
  dueAt: number | null;
  /** The chats that were taken back and are not erased yet. Until they are, the store shows them without their content. */
  erasing: Erasing[];
  /** The last chats of an ephemeral room; empty in other rooms. */
  recent: RecentChat[];
  /** For each node the id of its last commit. If the answer to a commit was lost, its node looks here for the id. */
  writes: Record<string, string>;
}

interface ChatBase {
  _id: string;
  room: string;
  /** Counts 1, 2, 3 … in each room, without gaps. */
  seq: number;
  /** The name that the book shows: the color of the person who speaks, or 'system'. */
  user: string;
  /** The person who speaks, or whom a system chat is about. */
  userId: string;
  color: string;
  /** The name that the person had at that moment. */
  name?: string;
  /**
   * Chosen by the sender, and unique for a person in a room: a second message with the same nonce is the same message sent
   * again, and is not stored.
   */
  nonce: string;
  createdAt: Date;
}

/** A text that a person wrote. */
export interface TextChat extends ChatBase {
  kind: 'chat';
  takenBack?: never;
  chat: string;
}

/** A picture. `gif` is its path below `/gif/`; width and height are in pixels. */
export interface GifChat extends ChatBase {
  kind: 'gif';
  takenBack?: never;
  gif: string;
  width: number;
  height: number;
  /** The size of the file; missing if an earlier version of the program stored the chat. */
  bytes?: number;
}

/**
 * An event that happened to a person: they came, went, were put out, became the owner, or changed their name. The log does not keep a sentence
 * about it; the sentence is made when the chat is sent or shown.
 */
export interface SystemChat extends ChatBase {
  kind: Exclude<SystemKind, 'takeback'>;
  takenBack?: never;
}

/** A person took a chat back: their own, or, as the owner of the room, that of another. */
export interface TakebackChat extends ChatBase {
  kind: 'takeback';
  takenBack?: never;
  /** The number of the chat that was taken back. */
  about: number;
}

/** A text or a GIF that was taken back. All that is left is that somebody said something here. */
interface TakenBack<K extends 'chat' | 'gif'> extends ChatBase {
  kind: K;
  takenBack: true;
  chat?: never;
  gif?: never;
}
export type TakenBackChat = TakenBack<'chat'> | TakenBack<'gif'>;

/** One entry of a room's log. */
export type Chat = TextChat | GifChat | TakenBackChat | SystemChat | TakebackChat;
