/** What the services tell the sockets of this process, and the one thing that they ask of them. */
import type { RoomListener } from './change-room';
import type { PersonRef, RoomSummary, Whisper } from '../types/events';

/** What a socket that has a place, or is about to take one, has to do with a room. */
export interface HeldSocket {
  roomId: string;
  userId: string;
  socketId: string;
}

/** What the list of rooms hears. */
export interface ListListener {
  created: (room: RoomSummary) => void;
  /** May be told more than once. */
  removed: (roomId: string) => void;
  /** How many people are in a room of the list and who owns it, as of a version of the room. */
  counted: (room: Pick<RoomSummary, '_id' | 'count' | 'owner'>) => void;
}

/** What is passed on to sockets and never stored. */
export interface Passing {
  whispered: (sockets: string[], whisper: Whisper) => void;
  typed: (room: string, but: string[], state: PersonRef & { typing: boolean }) => void;
}

export interface Listener extends RoomListener, ListListener, Passing {
  /** The sockets of this process that are in rooms or about to enter. */
  held: () => HeldSocket[];
}

/** Nobody listens yet, and there are no sockets. */
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
