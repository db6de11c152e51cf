/** A room while a rule works on it: a copy whose fields are replaced, never changed in depth. */
import { nextChat, type Said } from './log';
import { placeOf, type Moment, type Outcome } from './room';
import type { Chat, Person, Room } from '../types/room';

export interface Draft {
  room: Room;
  said: Chat[];
  /** Somebody left on purpose: an empty room need not wait. */
  onPurpose: boolean;
}

export function draftOf(room: Room): Draft {
  return { room: { ...room }, said: [], onPurpose: false };
}

/** The room itself where nothing changed, so that nothing is stored. */
export function finish<A>(room: Room, { room: next, said }: Draft, answer: A): Outcome<A> {
  return { room: isAlike(room, next) ? room : next, said, answer };
}

function isAlike<T extends object>(one: T, other: T): boolean {
  return (Object.keys(one) as (keyof T)[]).every((key) => one[key] === other[key]);
}

/** Replaces the person of the same id, if that changes anything. @returns the person as given. */
export function setPerson(draft: Draft, person: Person): Person {
  const held = placeOf(draft.room, person.id);
  if (held === undefined || isAlike(held, person)) return person;
  draft.room.people = draft.room.people.map((other) => (other === held ? person : other));
  return person;
}

/** Ends a person's place, and says so if they had entered. */
export function removePerson(draft: Draft, person: Person, kind: 'exit' | 'kick', at: Moment): void {
  draft.room.people = draft.room.people.filter((other) => other.id !== person.id);
  if (person.entered) addChat(draft, { kind, userId: person.id, color: person.color }, at);
}

/** Adds the next chat to the room's log. */
export function addChat(draft: Draft, said: Said, at: Moment): Chat {
  const chat = nextChat(draft.room, said, at.now);
  draft.room.seq = chat.seq;
  draft.said.push(chat);
  return chat;
}
