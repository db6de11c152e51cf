/** Rooms and chats in the form in which the embedded database stores them. */
import type { Chat, Room } from '../types/room';

/** A value as it is stored: its date is a number of ms, so that all of it is plain data. */
export type Kept<T> = T extends { createdAt: Date } ? Omit<T, 'createdAt'> & { createdAt: number } : never;

/** A room as it is stored. Some fields are missing if an earlier version of the program stored the room. */
export type KeptRoom = Omit<Kept<Room>, LaterField> & Partial<Pick<Room, LaterField>>;
type LaterField = 'peopleVersion' | 'erasing' | 'bytes';

/** A room from its stored form. If it has no `peopleVersion`, we assume that the last commit changed the people. */
export function roomOf(kept: KeptRoom): Room {
  const { peopleVersion = kept.version, erasing = [], bytes = 0, createdAt } = kept;
  return { ...kept, peopleVersion, erasing, bytes, createdAt: new Date(createdAt) };
}

/** A chat from its stored form. */
export function chatOf(kept: Kept<Chat>): Chat {
  return { ...kept, createdAt: new Date(kept.createdAt) };
}

/** The values of a range of records. */
export function valuesOf<V>(entries: Iterable<{ value: V }>): V[] {
  return Array.from(entries, ({ value }) => value);
}
