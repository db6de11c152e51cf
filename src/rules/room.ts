/**
 * A room as a value: how one begins, and what can be read from it. What changes a room stands beside this file, as pure
 * functions: a room, who does what, and the moment in; the room after it, what was said in its log, and the answer out; or
 * why not. Nothing in this folder reads a clock, a store or a socket.
 *
 * Every rule is idempotent: applied to its own result it succeeds, changes nothing and answers alike.
 *
 *   places.ts   coming, dropping, leaving          consequences.ts  what follows from every change, and from time
 *   talk.ts     saying something                   apply.ts    how a rule is applied
 *   owner.ts    what owners may do, and passwords  draft.ts    a room while a rule works on it
 *   time.ts     what time alone does
 */
import { colorOf } from './color';
import type { RefusalCode } from './refusal';
import type { Chat, RecentChat, Person, Room } from '../types/room';

/** Milliseconds that creating a room holds its creator's place. */
export const CREATOR_HOLD = 30_000;

/** When a rule is applied, and how long rooms wait: milliseconds, `now` by the store's clock. */
export interface Moment {
  now: number;
  /** How long a dropped connection keeps its place. */
  reconnectGrace: number;
  /** How long an empty room waits. */
  emptyRoomGrace: number;
}

export interface RefusedChange {
  refused: RefusalCode;
}
export type Outcome<A = undefined> = { room: Room; said: Chat[]; answer: A } | RefusedChange;

/** What is known of a chat that was already said, by who said it and the nonce. */
export type FindChat = (userId: string, nonce: string) => Pick<RecentChat, '_id' | 'seq'> | undefined;

/** A new room with its creator's place in it. */
export function create(
  fields: Pick<Room, '_id' | 'title' | 'max' | 'password' | 'ephemeral'>,
  userId: string,
  at: Moment,
): Room {
  const color = colorOf(userId);
  const until = at.now + CREATOR_HOLD;
  return {
    ...fields,
    owner: color,
    ownerId: userId,
    createdAt: new Date(at.now),
    version: 1,
    peopleVersion: 1,
    seq: 0,
    people: [{ id: userId, color, since: at.now, entered: false, sockets: [], until }],
    admitted: fields.password === null ? [] : [userId],
    barred: [],
    count: 1,
    emptyAt: null,
    closedAt: null,
    dueAt: until,
    recent: [],
    writes: {},
  };
}

/** Somebody's place, if they have one. */
export function placeOf(room: Room, userId: string): Person | undefined {
  return room.people.find((person) => person.id === userId);
}

/** The color that this person has in the room, or would be given. */
export function colorIn(room: Room, userId: string): string {
  return (
    placeOf(room, userId)?.color ??
    colorOf(
      userId,
      room.people.map((person) => person.color),
    )
  );
}

/** Why this person may not read the room, if so. Being full is no reason: reading takes no place. */
export function refusalToRead(room: Room | undefined, userId: string | undefined): RefusalCode | undefined {
  if (room === undefined || room.closedAt !== null) return 'ROOM_NOT_FOUND';
  if (userId !== undefined && room.barred.includes(userId)) return 'BARRED';
  if (room.password === null) return undefined;
  const isAdmitted =
    userId !== undefined && (room.admitted.includes(userId) || placeOf(room, userId) !== undefined);
  return isAdmitted ? undefined : 'NOT_ADMITTED';
}

/** Why this person may not be in the room, if so. */
export function refusalToEnter(room: Room | undefined, userId: string): RefusalCode | undefined {
  const refused = refusalToRead(room, userId);
  if (refused !== undefined || room === undefined) return refused;
  return placeOf(room, userId) === undefined && room.people.length >= room.max ? 'ROOM_FULL' : undefined;
}

/** Speaking by socket and ruling over others need a place. */
export function refusalToAct(room: Room, userId: string): RefusalCode | undefined {
  if (room.closedAt !== null) return 'ROOM_NOT_FOUND';
  return placeOf(room, userId) === undefined ? 'NOT_ADMITTED' : undefined;
}
