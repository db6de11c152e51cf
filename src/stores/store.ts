/** What the services ask of whatever keeps the rooms. Nothing above this folder knows which store is there. */
import type { Store as SessionStore } from 'express-session';
import type { Chat, ListedRoom, Room, RoomMark } from '../types/room';

/** Which part of a log to read: chats before a `seq`, after one, or the newest. */
export type Range = { before: number } | { after: number } | 'newest';

export interface NonceKey {
  userId: string;
  nonce: string;
}

/** A process's sign of life. */
export interface NodeRecord {
  _id: string;
  beats: number;
  /** When it was found dead, in ms of the store's clock; null while it counts as alive. */
  lapsedAt: number | null;
}

export interface Store {
  /** One line for the log at start: which store, and where; without credentials. */
  readonly location: string;
  /** True when no other process can write here, so that every other node's record is of the past. */
  readonly exclusive: boolean;
  rooms: {
    /** Stores a new room, durable when it resolves. */
    insert(room: Room): Promise<void>;
    /** The room as last committed, closed or not. */
    get(id: string): Promise<Room | undefined>;
    /**
     * Stores `to` and `chats` together, durable when it resolves, if the room still has `from`'s version.
     * `to.version` is `from.version + 1`; `chats` are those of `to.seq` and before, in order.
     * @returns whether it was first; false changes nothing.
     * @throws when the outcome is unknown: read the room and look at `writes`.
     */
    commit(from: Room, to: Room, chats: readonly Chat[]): Promise<boolean>;
    /** Rooms that are not closed, newest (greatest id) first, with ids below `before` if given. */
    list(before: string | undefined, limit: number): Promise<ListedRoom[]>;
    /**
     * Ids of rooms with `dueAt` at or before `now`, earliest first; then of those with one after `beyond`, where only a
     * clock that was moved can have left it.
     */
    due(now: number, limit: number, beyond?: number): Promise<string[]>;
    /** Ids of rooms in which a person has a socket of this node. */
    heldBy(node: string): Promise<string[]>;
    /** Which of these ids have a record, closed or not. */
    existing(ids: readonly string[]): Promise<string[]>;
    /** How far each of these rooms has come that has a record, closed or not. */
    marks(ids: readonly string[]): Promise<RoomMark[]>;
    /** Removes the record of a room whose chats are gone. */
    remove(id: string): Promise<void>;
  };
  chats: {
    /** Chats of a room in the order of `seq`: the last `limit` before, the first `limit` after, or the newest. */
    page(room: string, range: Range, limit: number): Promise<Chat[]>;
    /**
     * Those chats of the room that these people sent with these nonces.
     * @param version of the room that is known.
     * @throws when the store shows an older version of the room, in which such a chat could be missing.
     */
    byNonce(room: string, keys: readonly NonceKey[], version?: number): Promise<Chat[]>;
    /** Which of these `gif` paths a chat of the room names. */
    gifsNamed(room: string, gifs: readonly string[]): Promise<string[]>;
    /** Removes at most `limit` chats of the room. @returns how many it removed. */
    clear(room: string, limit: number): Promise<number>;
  };
  nodes: {
    /** Makes a node's record with beats 0. @returns the store's clock in ms. */
    enroll(id: string): Promise<number>;
    /** Adds one to the node's beats. @returns the store's clock in ms, or undefined when the record lapsed or is gone. */
    sign(id: string): Promise<number | undefined>;
    all(): Promise<NodeRecord[]>;
    /** Marks a node as lapsed if its beats still are `beats`. @returns whether it is marked by this call. */
    lapse(id: string, beats: number): Promise<boolean>;
    forget(id: string): Promise<void>;
  };
  sessions: SessionStore;
  /** Whether the store answers, and can write as far as that can be told from outside; rejects or resolves within the driver's own time. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
