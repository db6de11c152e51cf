/** The interface of a store. Only this folder knows which store is used. */
import type { Store as SessionStore } from 'express-session';
import type { Chat, ListedRoom, Room, RoomMark } from '../types/room';

/** The part of a log to read: chats before a `seq`, chats after a `seq`, or the newest chats. */
export type Range = { before: number } | { after: number } | 'newest';

/** What identifies a message of a room: its sender and its nonce. */
export interface NonceKey {
  userId: string;
  nonce: string;
}

/** The record of a process (node) that uses the store. */
export interface NodeRecord {
  _id: string;
  /** How many signs of life the process has given. If the number stands still, the process is dead. */
  beats: number;
  /** When another process found it dead, in ms of the store's clock; null while it counts as alive. */
  lapsedAt: number | null;
}

export interface Store {
  /** Which store this is, and where, for a line of the log; without credentials. */
  readonly location: string;
  /** Whether only one process can use the store. Then the records of all other nodes are of processes that have ended. */
  readonly exclusive: boolean;
  rooms: {
    /** Stores a new room. It is durable when this resolves. */
    insert(room: Room): Promise<void>;
    /** The room as last committed, closed or not; undefined if it has no record. */
    get(id: string): Promise<Room | undefined>;
    /**
     * Stores `to` and `chats` together, if the room still has the version of `from`. They are durable
     * when this resolves. `to.version` must be `from.version + 1`; `chats` are the newest chats of the
     * log in order, the last one with `to.seq`.
     * @returns false if another commit was first; then nothing was stored.
     * @throws Error if the outcome is unknown. To know it, read the room and look at its `writes`.
     */
    commit(from: Room, to: Room, chats: readonly Chat[]): Promise<boolean>;
    /** Rooms that are not closed, the newest (with the greatest id) first; only ids below `before`, if it is given. */
    list(before: string | undefined, limit: number): Promise<ListedRoom[]>;
    /**
     * The ids of rooms whose `dueAt` is `now` or earlier, the earliest first. Behind them the ids of rooms whose `dueAt` is
     * later than `beyond`, which is only possible if the clock was moved.
     */
    due(now: number, limit: number, beyond?: number): Promise<string[]>;
    /** The ids of rooms in which a person has a socket of this node. */
    heldBy(node: string): Promise<string[]>;
    /** Those of these ids whose rooms have a record, closed or not. */
    existing(ids: readonly string[]): Promise<string[]>;
    /** The marks of these rooms, closed or not; rooms without a record are left out. */
    marks(ids: readonly string[]): Promise<RoomMark[]>;
    /** Removes the record of a room. Its chats must have been removed before. */
    remove(id: string): Promise<void>;
  };
  chats: {
    /**
     * At most `limit` chats of a room in the order of `seq`: those next to the given number, or the newest. Chats that are
     * to be erased (the room's `erasing`) come without their content.
     */
    page(room: string, range: Range, limit: number): Promise<Chat[]>;
    /**
     * The chats of the room that these people sent with these nonces.
     * @param version a version that the room is known to have reached.
     * @throws Error if the store shows an older version of the room, in which such a chat could be missing.
     */
    byNonce(room: string, keys: readonly NonceKey[], version?: number): Promise<Chat[]>;
    /**
     * Erases the content of these chats, which were taken back. Their numbers, kinds, people and nonces stay.
     */
    erase(room: string, seqs: readonly number[]): Promise<void>;
    /** Whether the log has a chat of this person, or about them. */
    isAny(room: string, userId: string): Promise<boolean>;
    /** Those of these `gif` paths that a chat of the room names. */
    gifsNamed(room: string, gifs: readonly string[]): Promise<string[]>;
    /** Removes at most `limit` chats of the room. @returns how many it removed. */
    clear(room: string, limit: number): Promise<number>;
  };
  nodes: {
    /** Makes a node's record, with `beats` 0. @returns the store's clock in ms. */
    enroll(id: string): Promise<number>;
    /**
     * A sign of life: adds one to the node's `beats`.
     * @returns the store's clock in ms; undefined if the record is marked as lapsed, or gone.
     */
    sign(id: string): Promise<number | undefined>;
    /** The records of all nodes, our own one among them. */
    all(): Promise<NodeRecord[]>;
    /** Marks a node as lapsed (found dead), if its `beats` are still this number. @returns whether this call marked it. */
    lapse(id: string, beats: number): Promise<boolean>;
    /** Removes a node's record. */
    forget(id: string): Promise<void>;
  };
  sessions: SessionStore;
  /**
   * Resolves if the store answers, and can write as far as we can know; otherwise rejects. It may wait as long as the
   * database's driver does.
   */
  ping(): Promise<void>;
  /** Resolves when everything is written and the store is closed. */
  close(): Promise<void>;
}
