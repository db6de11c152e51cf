/**
 * The functions by which the services tell the sockets of this process what happened, and one function (`held`) by which
 * they ask which sockets there are.
 */
import type { RoomListener } from './change-room';
import type { PersonRef, RoomSummary, Whisper } from '../types/events';

/** A socket of this process that has a place in a room, or is about to take one. */
export interface HeldSocket {
  roomId: string;
  userId: string;
  socketId: string;
}

/** Is called when the list of rooms changes. */
export interface ListListener {
  created: (room: RoomSummary) => void;
  /** May be called more than once for a room. */
  removed: (roomId: string) => void;
  /** The number of people in a room, or its owner, changed. */
  counted: (room: Pick<RoomSummary, '_id' | 'count' | 'owner'>) => void;
}

/** Is called with things that are passed on to sockets and never stored. */
export interface Passing {
  /** @param sockets the ids of the sockets that get the whisper. */
  whispered: (sockets: string[], whisper: Whisper) => void;
  /** A person in the room types, or has stopped. */
  typed: (room: string, who: PersonRef, isTyping: boolean) => void;
}

export interface Listener extends RoomListener, ListListener, Passing {
  /** The sockets of this process that have a place in a room, or are about to take one. */
  held: () => HeldSocket[];
}

/** The listener before the sockets subscribe: it does nothing, and has no sockets. */
export const NOBODY: Listener = {
  changed: () => undefined,
  gone: () => undefined,
  created: () => undefined,
  removed: () => undefined,
  counted: () => undefined,
  whispered: () => undefined,
  typed: () => undefined,
  held: () => [],
};
