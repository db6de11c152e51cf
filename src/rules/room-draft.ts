/**
 * A room while a rule works on it: a copy. A rule replaces whole fields of it and never changes an object inside a field.
 */
import { bytesOf, nextChat, loggedPerson, type Said } from './log';
import { placeOf, type Moment, type Outcome } from './room';
import type { Chat, Person, Room } from '../types/room';

export interface Draft {
  room: Room;
  said: Chat[];
  /** Whether somebody left on purpose: if the room is empty then, it is closed without waiting. */
  onPurpose: boolean;
}

/** A draft in which nothing has changed yet. */
export function draftOf(room: Room): Draft {
  return { room: { ...room }, said: [], onPurpose: false };
}

/** The outcome of a rule. If nothing changed, its room is the same object as before, and the caller need not store it. */
export function finish<A>(room: Room, { room: next, said }: Draft, answer: A): Outcome<A> {
  return { room: isAlike(room, next) ? room : next, said, answer };
}

function isAlike<T extends object>(one: T, other: T): boolean {
  const keys = Object.keys({ ...one, ...other }) as (keyof T)[];
  return keys.every((key) => one[key] === other[key]);
}

/** Replaces the person of the same id, unless both are alike. @returns the given person. */
export function setPerson(draft: Draft, person: Person): Person {
  const held = placeOf(draft.room, person.id);
  if (held === undefined || isAlike(held, person)) return person;
  draft.room.people = draft.room.people.map((other) => (other === held ? person : other));
  return person;
}

/** Ends a person's place. If the person had entered, a chat about it is added to the log. */
export function removePerson(draft: Draft, person: Person, kind: 'exit' | 'kick', at: Moment): void {
  draft.room.people = draft.room.people.filter((other) => other.id !== person.id);
  if (person.entered) addChat(draft, { kind, ...loggedPerson(person) }, at);
}

/** Adds the next chat to the room's log. @returns the chat. */
export function addChat(draft: Draft, said: Said, at: Moment): Chat {
  const chat = nextChat(draft.room, said, at.now);
  draft.room.seq = chat.seq;
  if (!draft.room.ephemeral) draft.room.bytes += bytesOf(said);
  draft.said.push(chat);
  return chat;
}
