/**
 * A room as a value: how it is created, and what can be read from it. The rules that change a room are in the files
 * beside this one. A rule is a pure function. It gets a room, who does what, and the moment. It returns the changed
 * room, the chats that are added to the log, and an answer; or it returns why the change is refused. Nothing in this
 * folder reads a clock, a store or a socket.
 *
 * Every rule is idempotent: applied again to its own result, it succeeds, changes nothing and gives the same
 * answer. (The one exception is `handOver`.)
 *
 *   places.ts   enter, drop, leave                    consequences.ts  what follows from every change, and from time
 *   talk.ts     say something, or change one's name   apply.ts    how a rule is applied
 *   owner.ts    what the owner may do, and passwords  draft.ts    a room while a rule works on it
 *   takeback.ts take back what was said               names.ts    what people may be called
 *   time.ts     what time alone changes
 */
import { colorOf } from './color';
import type { RefusalCode } from './refusal';
import type { Chat, RecentChat, Person, Room } from '../types/room';

/** How long the creator of a room has a place without a socket, in ms. */
const CREATOR_HOLD = 30_000;

/** When a rule is applied (`now`, by the store's clock), how long rooms wait, and how much they hold. Times are in ms. */
export interface Moment {
  now: number;
  /** How long a person keeps their place after the last connection dropped. */
  reconnectGrace: number;
  /** How long an empty room waits before it is closed. */
  emptyRoomGrace: number;
  /** How much the log of a room and its GIFs may take, in bytes; without it, there is no bound. */
  roomBytes?: number;
}

export interface RefusedChange {
  refused: RefusalCode;
}
export type Outcome<A = undefined> = { room: Room; said: Chat[]; answer: A } | RefusedChange;

/** The way by which a person speaks: a form or a script over HTTP, or a socket in the room. */
export type Door = 'http' | 'socket';

/** Finds a chat that is already in the log, by the person who said it and its nonce. */
export type FindChat = (userId: string, nonce: string) => Pick<RecentChat, '_id' | 'seq'> | undefined;

/** A new room, in which its creator has a place, under this name if one is given. */
export function create(
  fields: Pick<Room, '_id' | 'title' | 'max' | 'password' | 'ephemeral'>,
  userId: string,
  at: Moment,
  name?: string,
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
    bytes: 0,
    people: [
      {
        id: userId,
        color,
        ...(name !== undefined && { name }),
        since: at.now,
        entered: false,
        sockets: [],
        until,
      },
    ],
    admitted: fields.password === null ? [] : [userId],
    barred: [],
    count: 1,
    emptyAt: null,
    closedAt: null,
    dueAt: until,
    erasing: [],
    recent: [],
    writes: {},
  };
}

/** The person's place in the room; undefined if they have none. */
export function placeOf(room: Room, userId: string): Person | undefined {
  return room.people.find((person) => person.id === userId);
}

/** The color that this person has in the room, or would get when they enter. */
export function colorIn(room: Room, userId: string): string {
  return (
    placeOf(room, userId)?.color ??
    colorOf(
      userId,
      room.people.map((person) => person.color),
    )
  );
}

/**
 * Why this person may not read the room; undefined if they may. A full room may be read, because reading takes no place.
 */
export function refusalToRead(room: Room | undefined, userId: string | undefined): RefusalCode | undefined {
  if (room === undefined || room.closedAt !== null) return 'ROOM_NOT_FOUND';
  if (userId !== undefined && room.barred.includes(userId)) return 'BARRED';
  if (room.password === null) return undefined;
  const isAdmitted =
    userId !== undefined && (room.admitted.includes(userId) || placeOf(room, userId) !== undefined);
  return isAdmitted ? undefined : 'NOT_ADMITTED';
}

/** Why this person may not have a place in the room; undefined if they may. */
export function refusalToEnter(room: Room | undefined, userId: string): RefusalCode | undefined {
  const refused = refusalToRead(room, userId);
  if (refused !== undefined || room === undefined) return refused;
  return placeOf(room, userId) === undefined && room.people.length >= room.max ? 'ROOM_FULL' : undefined;
}

/** Why this person may not speak by socket or act on other people; undefined if they may. Both need a place. */
export function refusalToAct(room: Room, userId: string): RefusalCode | undefined {
  if (room.closedAt !== null) return 'ROOM_NOT_FOUND';
  return placeOf(room, userId) === undefined ? 'NOT_ADMITTED' : undefined;
}
