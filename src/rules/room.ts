/**
 * The rules of a room, as pure functions: a room, who does what, and the moment in; the room after it, what was
 * said in its log, and the answer out; or why not. Nothing here reads a clock, a store or a socket.
 *
 * Every rule is idempotent: applied to its own result it succeeds, changes nothing and answers alike.
 */
import { colorOf } from './color';
import { nextChat, type Said } from './log';
import type { RefusalCode } from './refusal';
import type { Chat, Heard, Person, Room, SocketRef } from '../types/room';

/** Milliseconds that creating a room holds its creator's place. */
export const CREATOR_HOLD = 30_000;
/** Milliseconds that a chat by HTTP, or a process that died, holds a place without a socket. */
export const PLACE_HOLD = 60_000;
/** Milliseconds that a closed room's record outlives its chats, so that a straggler finds it closed. */
export const CLOSED_HOLD = 60_000;
/**
 * Milliseconds after which a deadline was passed and nobody kept it: everything was down, or the clock was moved. Its
 * wait starts anew, since nobody could know of it.
 */
export const OVERDUE = 30_000;
export const MAX_SOCKETS = 8;
export const MAX_ADMITTED = 1_000;
export const MAX_BARRED = 1_000;
/** How many chats an ephemeral room remembers, to answer a retry alike. */
export const MAX_RECENT = 200;

/** When a rule is applied, and how long rooms wait: milliseconds, `now` by the store's clock. */
export interface Moment {
  now: number;
  /** How long a dropped connection keeps its place. */
  reconnectGrace: number;
  /** How long an empty room waits. */
  emptyRoomGrace: number;
}

export interface Refused {
  refused: RefusalCode;
}
export type Outcome<A = undefined> = { room: Room; said: Chat[]; answer: A } | Refused;

/** What is known of a chat that was already said, by who said it and the nonce. */
export type FindHeard = (userId: string, nonce: string) => Pick<Heard, '_id' | 'seq'> | undefined;

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

/** A socket comes: its person takes a place or keeps it. The oldest socket of too many loses its. */
export function enter(room: Room, userId: string, socket: SocketRef, at: Moment): Outcome<Person> {
  return change(room, at, (draft) => {
    const refused = refusalToEnter(draft.room, userId);
    if (refused !== undefined) return { refused };
    const person = takePlace(draft, userId, at);
    return setPerson(draft, { ...person, sockets: withSocket(person.sockets, socket), until: null });
  });
}

/** Sockets enter one after another; those that the room refuses do not. */
export function enterAll(
  room: Room,
  entering: readonly { userId: string; socket: SocketRef }[],
  at: Moment,
): Outcome {
  const said: Chat[] = [];
  for (const { userId, socket } of entering) {
    const entered = enter(room, userId, socket, at);
    if ('refused' in entered) continue;
    room = entered.room;
    said.push(...entered.said);
  }
  return { room, said, answer: undefined };
}

/**
 * Whether an ephemeral room lives on another process: it stores no chats, so only the process that has its sockets can
 * pass them on. It belongs to the process to which its first socket came, until the last one is gone.
 */
export function isElsewhere(room: Room, node: string): boolean {
  return room.ephemeral && room.people.some(({ sockets }) => sockets.some((socket) => socket.node !== node));
}

/** A connection is gone: the last one of a person leaves the place for as long as the grace. */
export function drop(room: Room, socket: SocketRef, at: Moment): Outcome {
  return change(room, at, (draft) => {
    withoutSockets(draft, (held) => isSame(held, socket), at.now + at.reconnectGrace);
    return undefined;
  });
}

/** A process is dead: its sockets are gone, and their people have a while to come back. */
export function lapse(room: Room, node: string, at: Moment): Outcome {
  return change(room, at, (draft) => {
    withoutSockets(draft, (held) => held.node === node, at.now + PLACE_HOLD);
    return undefined;
  });
}

/**
 * The one process that keeps this room starts again: no other node's socket is left, and every wait starts anew,
 * since nobody could come while it was down and the clock may have moved.
 */
export function restart(room: Room, node: string, at: Moment): Outcome {
  const draft = draftOf(room);
  const until = at.now + PLACE_HOLD;
  withoutSockets(draft, (held) => held.node !== node, until);
  for (const person of draft.room.people) if (person.until !== null) setPerson(draft, { ...person, until });
  if (room.emptyAt !== null) draft.room.emptyAt = at.now;
  settle(draft, at);
  return finish(room, draft, undefined);
}

/** A person goes on purpose, with one socket or with all: without a socket left the place ends at once. */
export function leave(room: Room, userId: string, socket: SocketRef | 'all', at: Moment): Outcome {
  return change(room, at, (draft) => {
    const person = placeOf(draft.room, userId);
    if (person === undefined) return undefined;
    const sockets = socket === 'all' ? [] : person.sockets.filter((held) => !isSame(held, socket));
    if (socket !== 'all' && sockets.length === person.sockets.length) return undefined;
    if (sockets.length > 0) setPerson(draft, { ...person, sockets });
    else {
      removePerson(draft, person, 'exit', at);
      draft.onPurpose = true;
    }
    return undefined;
  });
}

/** Something to say: a text or a GIF, with a nonce or without. */
export type Message = { nonce?: string } & (
  { kind: 'chat'; chat: string } | { kind: 'gif'; gif: string; width: number; height: number }
);

/**
 * Somebody says something. Who has no socket here takes or renews a place by it (`door` 'http'), or is refused
 * (`door` 'socket').
 */
export function say(
  room: Room,
  userId: string,
  message: Message,
  door: 'http' | 'socket',
  heard: FindHeard,
  at: Moment,
): Outcome<{ _id: string; seq: number }> {
  return change<{ _id: string; seq: number }>(room, at, (draft) => {
    if (draft.room.closedAt !== null) return { refused: 'ROOM_NOT_FOUND' };
    const before = message.nonce === undefined ? undefined : heard(userId, message.nonce);
    if (before !== undefined) return { _id: before._id, seq: before.seq };
    const refused = door === 'socket' ? refusalToAct(draft.room, userId) : refusalToEnter(draft.room, userId);
    if (refused !== undefined) return { refused };
    if (message.kind === 'gif' && draft.room.ephemeral) return { refused: 'NO_GIFS_HERE' };
    const person = takePlace(draft, userId, at);
    if (door === 'http' && person.sockets.length === 0)
      setPerson(draft, { ...person, until: at.now + PLACE_HOLD });
    const { _id, seq, nonce } = add(draft, { ...message, userId, color: person.color }, at);
    if (draft.room.ephemeral) {
      draft.room.recent = [...draft.room.recent, { userId, nonce, _id, seq }].slice(-MAX_RECENT);
    }
    return { _id, seq };
  });
}

/** The owner puts somebody out, for the room's life. */
export function kick(room: Room, by: string, userId: string, at: Moment): Outcome {
  return change(room, at, (draft) => {
    const refused = refusalToAct(draft.room, by);
    if (refused !== undefined) return { refused };
    if (draft.room.ownerId !== by) return { refused: 'FORBIDDEN' };
    if (by === userId) return { refused: 'BAD_REQUEST' };
    if (draft.room.barred.includes(userId)) return undefined;
    if (draft.room.barred.length >= MAX_BARRED) return { refused: 'FORBIDDEN' };
    draft.room.barred = [...draft.room.barred, userId];
    const person = placeOf(draft.room, userId);
    if (person !== undefined) removePerson(draft, person, 'kick', at);
    return undefined;
  });
}

/**
 * The owner makes somebody who entered the owner. Alone of all rules the same again is refused: whoever handed over is no
 * owner any more.
 */
export function handOver(room: Room, by: string, userId: string, at: Moment): Outcome {
  return change(room, at, (draft) => {
    const refused = refusalToAct(draft.room, by);
    if (refused !== undefined) return { refused };
    if (draft.room.ownerId !== by) return { refused: 'FORBIDDEN' };
    if (by === userId) return undefined;
    const heir = placeOf(draft.room, userId);
    if (heir === undefined || !heir.entered) return { refused: 'BAD_REQUEST' };
    crown(draft, heir, at);
    return undefined;
  });
}

/** Somebody gave the right password: the room remembers who, and forgets the oldest without a place beyond its bound. */
export function admit(room: Room, userId: string, at: Moment): Outcome {
  return change<undefined>(room, at, (draft) => {
    const { admitted, barred, closedAt, password } = draft.room;
    if (closedAt !== null) return { refused: 'ROOM_NOT_FOUND' };
    if (barred.includes(userId)) return { refused: 'BARRED' };
    if (password === null || admitted.includes(userId)) return undefined;
    const oldest =
      admitted.length < MAX_ADMITTED ? -1 : admitted.findIndex((id) => placeOf(draft.room, id) === undefined);
    draft.room.admitted = [...admitted.filter((_, index) => index !== oldest), userId];
    return undefined;
  });
}

/** The owner closes the room, whoever is in it. */
export function close(room: Room, by: string, at: Moment): Outcome {
  return change<undefined>(room, at, (draft) => {
    const { ownerId, closedAt } = draft.room;
    if (ownerId !== by) return { refused: closedAt === null ? 'FORBIDDEN' : 'ROOM_NOT_FOUND' };
    shut(draft, at);
    return undefined;
  });
}

/** A deadline that lies further ahead, in ms, is there only because the clock was moved. */
export function longestWait({ reconnectGrace, emptyRoomGrace }: Omit<Moment, 'now'>): number {
  return Math.max(PLACE_HOLD, CLOSED_HOLD, reconnectGrace, emptyRoomGrace) + OVERDUE;
}

/** Time has passed. */
export function tick(room: Room, at: Moment): Outcome {
  return change(room, at, () => undefined);
}

/** A closed room's chats and files were cleared once; they are again, with the record, when `dueAt` comes. */
export function cleared(room: Room, at: Moment): Outcome {
  return change(room, at, (draft) => {
    const { closedAt } = draft.room;
    if (closedAt === null || wasCleared(draft.room)) return undefined;
    // `dueAt` after `closedAt`, also where the clock was moved back: that is how a cleared room is known.
    draft.room.dueAt = Math.max(at.now, closedAt) + CLOSED_HOLD;
    return undefined;
  });
}

export function wasCleared(room: Room): boolean {
  return room.closedAt !== null && room.dueAt !== null && room.dueAt > room.closedAt;
}

/** A room while a rule works on it: a copy whose fields are replaced, never changed in depth. */
interface Draft {
  room: Room;
  said: Chat[];
  /** Somebody left on purpose: an empty room need not wait. */
  onPurpose: boolean;
}

/** Applies one rule: what time has ended first, then the rule, then all that follows from it. */
function change<A>(room: Room, at: Moment, act: (draft: Draft) => A | Refused): Outcome<A> {
  const draft = draftOf(room);
  settle(draft, at);
  const answer = act(draft);
  if (isRefused(answer)) return answer;
  settle(draft, at);
  return finish(room, draft, answer);
}

function draftOf(room: Room): Draft {
  return { room: { ...room }, said: [], onPurpose: false };
}

/** The room itself where nothing changed, so that nothing is stored. */
function finish<A>(room: Room, { room: next, said }: Draft, answer: A): Outcome<A> {
  return { room: isAlike(room, next) ? room : next, said, answer };
}

function isAlike<T extends object>(one: T, other: T): boolean {
  return (Object.keys(one) as (keyof T)[]).every((key) => one[key] === other[key]);
}

function isRefused(answer: unknown): answer is Refused {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

/** What follows from any change: places that ended, the next owner, an empty room's end, the next deadline. */
function settle(draft: Draft, at: Moment): void {
  const { room } = draft;
  if (room.closedAt !== null) {
    bringNear(draft, at);
    return;
  }
  expire(draft, at);
  succeed(draft, at);
  if (room.people.length > 0) room.emptyAt = null;
  else {
    room.emptyAt = Math.min(room.emptyAt ?? at.now, at.now);
    if (isOverdue(room.emptyAt + at.emptyRoomGrace, at)) room.emptyAt = at.now;
    if (draft.onPurpose || room.emptyAt + at.emptyRoomGrace <= at.now) {
      shut(draft, at);
      return;
    }
  }
  room.count = room.people.length;
  room.dueAt = nextDeadline(room, at);
}

/** Ends the places whose time is over; a deadline that only a moved clock, or a time without us, can have left starts anew. */
function expire(draft: Draft, at: Moment): void {
  const latest = at.now + Math.max(PLACE_HOLD, at.reconnectGrace);
  for (const person of draft.room.people) {
    if (person.until === null) continue;
    if (person.until > latest || isOverdue(person.until, at)) setPerson(draft, { ...person, until: latest });
    else if (person.until <= at.now) removePerson(draft, person, 'exit', at);
  }
}

function isOverdue(deadline: number, { now }: Moment): boolean {
  return deadline < now - OVERDUE;
}

/** A closed room whose clearing lies further off than its hold, as a clock that was moved back leaves it. */
function bringNear({ room }: Draft, { now }: Moment): void {
  if (room.closedAt === null || room.dueAt === null || room.dueAt <= now + CLOSED_HOLD + OVERDUE) return;
  const dueAt = wasCleared(room) ? now + CLOSED_HOLD : now;
  Object.assign(room, { closedAt: Math.min(room.closedAt, now), dueAt });
}

/** When the owner is gone, the one longest in among those who entered is the next. */
function succeed(draft: Draft, at: Moment): void {
  const owner = placeOf(draft.room, draft.room.ownerId);
  if (owner !== undefined) {
    draft.room.owner = owner.color;
    return;
  }
  const heir = draft.room.people.find((person) => person.entered);
  if (heir !== undefined) crown(draft, heir, at);
}

function crown(draft: Draft, heir: Person, at: Moment): void {
  draft.room.ownerId = heir.id;
  draft.room.owner = heir.color;
  add(draft, { kind: 'owner', userId: heir.id, color: heir.color }, at);
}

function shut(draft: Draft, at: Moment): void {
  if (draft.room.closedAt !== null) return;
  Object.assign(draft.room, {
    people: [],
    count: 0,
    emptyAt: null,
    closedAt: at.now,
    dueAt: at.now,
    recent: [],
  });
}

function nextDeadline(room: Room, at: Moment): number | null {
  const deadlines = room.people.flatMap(({ until }) => (until === null ? [] : [until]));
  if (room.emptyAt !== null) deadlines.push(room.emptyAt + at.emptyRoomGrace);
  return deadlines.length === 0 ? null : Math.min(...deadlines);
}

/**
 * The person's place, taken now if there was none, and entered: a `join` is said the first time. Who only held a place
 * moves behind those who entered meanwhile, so that the log tells the order too.
 */
function takePlace(draft: Draft, userId: string, at: Moment): Person {
  const held = placeOf(draft.room, userId);
  if (held?.entered === true) return held;
  const color = colorIn(draft.room, userId);
  const fresh = { id: userId, color, since: at.now, sockets: [], until: at.now + PLACE_HOLD };
  const person: Person = { ...(held ?? fresh), entered: true };
  draft.room.people = [...draft.room.people.filter((other) => other !== held), person];
  add(draft, { kind: 'join', userId, color }, at);
  return person;
}

/** A socket that is there under an earlier name of its process is so under the new one. */
function withSocket(sockets: SocketRef[], socket: SocketRef): SocketRef[] {
  const held = sockets.find((other) => isSame(other, socket));
  if (held === undefined) return [...sockets, socket].slice(-MAX_SOCKETS);
  return held.node === socket.node ? sockets : sockets.map((other) => (other === held ? socket : other));
}

function withoutSockets(draft: Draft, isGone: (held: SocketRef) => boolean, until: number): void {
  for (const person of draft.room.people) {
    const sockets = person.sockets.filter((held) => !isGone(held));
    if (sockets.length === person.sockets.length) continue;
    setPerson(draft, { ...person, sockets, until: sockets.length === 0 ? until : null });
  }
}

function setPerson(draft: Draft, person: Person): Person {
  const held = placeOf(draft.room, person.id);
  if (held === undefined || isAlike(held, person)) return person;
  draft.room.people = draft.room.people.map((other) => (other === held ? person : other));
  return person;
}

function removePerson(draft: Draft, person: Person, kind: 'exit' | 'kick', at: Moment): void {
  draft.room.people = draft.room.people.filter((other) => other.id !== person.id);
  if (person.entered) add(draft, { kind, userId: person.id, color: person.color }, at);
}

function add(draft: Draft, said: Said, at: Moment): Chat {
  const chat = nextChat(draft.room, said, at.now);
  draft.room.seq = chat.seq;
  draft.said.push(chat);
  return chat;
}

/** Speaking by socket and ruling over others need a place. */
function refusalToAct(room: Room, userId: string): RefusalCode | undefined {
  if (room.closedAt !== null) return 'ROOM_NOT_FOUND';
  return placeOf(room, userId) === undefined ? 'NOT_ADMITTED' : undefined;
}

/** A socket's id is random, and stays when its process gets a new name. */
function isSame(one: SocketRef, other: SocketRef): boolean {
  return one.id === other.id;
}
