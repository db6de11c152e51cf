/** The values that everything is about: a room, the people in it, and the chats of its log. */
import type { SystemKind } from '../shared/kinds';

/** A socket and the process (node) that holds it. */
export interface SocketRef {
  node: string;
  id: string;
}

/** Somebody with a place in a room. Times are milliseconds of the store's clock. */
export interface Person {
  id: string;
  color: string;
  /** When the place was taken; it survives reconnecting, so a blip changes no order. */
  since: number;
  /** A socket or a chat came from this person, so a `join` was said. */
  entered: boolean;
  sockets: SocketRef[];
  /** When the place ends unless a socket comes; null while there is one. */
  until: number | null;
}

/** What an ephemeral room remembers of a chat that it did not store, so that a retry is answered alike. */
export interface RecentChat {
  userId: string;
  nonce: string;
  _id: string;
  seq: number;
}

/** What the list shows of a room. */
export type ListedRoom = Pick<
  Room,
  '_id' | 'title' | 'max' | 'owner' | 'password' | 'ephemeral' | 'count' | 'createdAt' | 'version'
>;

/** How far a room has come: enough to know whether there is news of it. */
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
  /** The password's scrypt hash, or null for an open room. Never leaves the server. */
  password: string | null;
  /** Chats are passed on and not stored. */
  ephemeral: boolean;
  createdAt: Date;
  /** Grows by one with every commit. */
  version: number;
  /** The version of the last commit that changed who has a place, who is barred, who owns the room, or closed it. */
  peopleVersion: number;
  /** The number of the newest chat of the log; 0 before the first. */
  seq: number;
  /** In order of arrival. */
  people: Person[];
  /** Who gave the password of a secret room, oldest first. */
  admitted: string[];
  /** Who was kicked, for the room's life. */
  barred: string[];
  /** How many people have a place: `people.length`, beside it for the list page. */
  count: number;
  /** Since when nobody has a place; null while somebody has. */
  emptyAt: number | null;
  /** When the room was closed; it answers like a missing one from then on. */
  closedAt: number | null;
  /** The next moment at which time alone changes the room; null when there is none. */
  dueAt: number | null;
  /** An ephemeral room's last chats; empty in others. */
  recent: RecentChat[];
  /** The id of the last commit of each node, by which a node knows a commit whose answer was lost. */
  writes: Record<string, string>;
}

interface ChatBase {
  _id: string;
  room: string;
  /** Counts 1, 2, 3 … in each room, without gaps. */
  seq: number;
  /** What the book shows as the name: the color of who speaks, or 'system'. */
  user: string;
  /** Who speaks, or whom a system chat is about. */
  userId: string;
  color: string;
  /** Chosen by whoever sends, unique for a person in a room: the same one again stores nothing. */
  nonce: string;
  createdAt: Date;
}

/** What people write. */
export interface TextChat extends ChatBase {
  kind: 'chat';
  chat: string;
}

/** A picture; `gif` is its path below `/gif/`, width and height are pixels. */
export interface GifChat extends ChatBase {
  kind: 'gif';
  gif: string;
  width: number;
  height: number;
}

/**
 * What happened to people: they came, went, were put out, became owner. The log keeps no sentence of it; that is made
 * where it is shown or sent.
 */
export interface SystemChat extends ChatBase {
  kind: SystemKind;
}

/** One entry of a room's log. */
export type Chat = TextChat | GifChat | SystemChat;
