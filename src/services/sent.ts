/** What clients get of chats and of people. */
import { DEFAULT, languages } from '../locales';
import { colorIn, placeOf } from '../rules/room';
import type { PersonRef, PersonSummary, SentChat } from '../types/events';
import type { Chat, Person, Room } from '../types/room';

/** A chat as clients get it. A system chat has a sentence in the book's language, for the book's client. */
export function sent(chat: Chat): SentChat {
  const createdAt = chat.createdAt.toISOString();
  if (chat.kind === 'gif' && chat.takenBack !== true) {
    const { bytes: _bytes, ...shown } = chat;
    return { ...shown, createdAt };
  }
  if (chat.kind === 'chat' || chat.kind === 'gif') return { ...chat, createdAt };
  return { ...chat, chat: languages[DEFAULT].sentences[chat.kind](chat.color, chat.name), createdAt };
}

/** How others in the room see this person, or would see them if they entered. */
export function meIn(room: Room, userId: string): PersonRef {
  return refOf(placeOf(room, userId) ?? { id: userId, color: colorIn(room, userId) });
}

/** How others see a person. */
export function refOf({ id, color, name }: Pick<Person, 'id' | 'color' | 'name'>): PersonRef {
  return { id, color, ...(name !== undefined && { name }) };
}

/** The people who entered, in the order in which they entered. */
export function peopleOf(room: Room): PersonSummary[] {
  return room.people
    .filter(({ entered }) => entered)
    .map((person) => ({ ...refOf(person), owner: person.id === room.ownerId }));
}
