/** Names of people: which texts may be one, which two of them look alike, and how a person gets one in a room. */
import unhomoglyph from 'unhomoglyph';
import { addChat, setPerson, type Draft } from './room-draft';
import { loggedPerson } from './log';
import type { Moment } from './room';
import { lengthOf, MAX_NAME_LENGTH } from '../shared/sizes';
import type { Person, Room } from '../types/room';

/**
 * Letters and digits of any script with the marks on them, emoji, and single spaces between them. Characters that show
 * nothing (Hangul fillers, zero-width characters, marks of direction) are in none of these, except inside an emoji.
 * @source https://www.unicode.org/reports/tr18/#Full_Properties, https://www.unicode.org/reports/tr51/#def_rgi_set
 */
const NAME = new RegExp(
  String.raw`^(?:(?:[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}][\p{M}--\p{Default_Ignorable_Code_Point}]{0,3}|\p{RGI_Emoji}) ?)+$`,
  'v',
);
/** The log says `system` where no person speaks, so nobody may be called so. */
const RESERVED = 'system';
/** How many names are remembered together with what they look like. */
const REMEMBERED = 2_000;

/** The text in the form in which a name is kept: NFC, without spaces around it. Undefined if it cannot be a name. */
export function nameFrom(text: string): string | undefined {
  // The length is not checked yet, so a text that is far too long is refused before it is worked on.
  if (text.length > 10 * MAX_NAME_LENGTH) return undefined;
  const name = text.normalize('NFC').replace(/ +/g, ' ').trim();
  const isName = lengthOf(name) <= MAX_NAME_LENGTH && NAME.test(name) && !lookAlike(name, RESERVED);
  return isName ? name : undefined;
}

/** Whether another person in the room has this name, or a name that looks like it. */
export function isTaken({ people }: Room, userId: string, name: string): boolean {
  return people.some(
    (other) => other.id !== userId && other.name !== undefined && lookAlike(name, other.name),
  );
}

/** Gives a person of the room this name, or none, and tells the log; nothing happens if the person has it already. */
export function setName(draft: Draft, held: Person, name: string | undefined, at: Moment): Person {
  if (held.name === name) return held;
  const { name: _before, ...nameless } = held;
  const person = setPerson(draft, { ...nameless, ...(name !== undefined && { name }) });
  addChat(draft, { kind: 'name', ...loggedPerson(person) }, at);
  return person;
}

function lookAlike(one: string, other: string): boolean {
  const looks = looksOf(other);
  return looksOf(one).some((look) => looks.includes(look));
}

const remembered = new Map<string, readonly string[]>();

/**
 * What a name looks like to the eye: its skeleton, in which every character stands for all that look like it. A capital I
 * looks like a small l, and is the same letter as a small i. So a name has two skeletons: as it is, and in small letters.
 * @source https://www.unicode.org/reports/tr39/#def-skeleton
 */
function looksOf(name: string): readonly string[] {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const plain = name.normalize('NFKC');
  const looks = [plain, plain.toLowerCase()].map((text) =>
    unhomoglyph(text.normalize('NFD')).normalize('NFD').toLowerCase(),
  );
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(name, looks);
  return looks;
}
