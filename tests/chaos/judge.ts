/** Compares what was noted outside the server with the rooms' logs. Every broken promise is a problem. */
import type { Sent, View } from './person';
import type { SentChat } from '../../src/types/events';

/** The kinds of problems, in the order in which they are printed. */
export const WRONGS = [
  'lost',
  'duplicated',
  'out of order',
  'seen differently',
  'rooms wrongly removed',
  'rooms wrongly kept',
  'people over capacity',
  'places leaked',
  'files orphaned',
] as const;

export interface Problem {
  what: (typeof WRONGS)[number];
  /** Details that help a developer to find the cause. */
  where: string;
}

/** A room's whole log as it was read at the end; `mostSeen` is the highest number of people that a page was told. */
export interface RoomEvidence {
  id: string;
  max: number;
  log: readonly SentChat[];
  mostSeen: number;
}

export interface PersonEvidence {
  id: string;
  room: string;
  sent: ReadonlyMap<string, Sent>;
  views: readonly View[];
}

/** All problems of what was stored, and of what people were told about it. */
export function judge(rooms: readonly RoomEvidence[], people: readonly PersonEvidence[]): Problem[] {
  return [
    ...rooms.flatMap(wrongsOfRoom),
    ...people.flatMap((person) =>
      wrongsOfPerson(person, rooms.find(({ id }) => id === person.room)?.log ?? []),
    ),
  ];
}

export function isSaid({ kind }: SentChat): boolean {
  return kind === 'chat' || kind === 'gif';
}

function wrongsOfRoom({ id, max, log, mostSeen }: RoomEvidence): Problem[] {
  const wrong = (what: Problem['what'], ...chats: SentChat[]) =>
    chats.map((chat) => ({ what, where: `room ${id}: ${JSON.stringify(chat)}` }));
  const seen = new Set<string>();
  const again = log.filter(isSaid).filter((chat) => {
    const content = contentOf(chat);
    return seen.has(content) || !seen.add(content);
  });
  const problems = [
    ...wrong('duplicated', ...again),
    ...wrong('out of order', ...log.filter(({ seq }, index) => seq !== index + 1)),
    ...wrong('people over capacity', ...tooMany(log, max)),
  ];
  if (mostSeen > max)
    problems.push({
      what: 'people over capacity',
      where: `room ${id}: ${String(mostSeen)} people were told`,
    });
  return problems;
}

/** Identifies what was sent: every text is sent only once, and every GIF has its own nonce. */
function contentOf(chat: SentChat): string {
  return chat.kind === 'chat' ? `${chat.userId} ${chat.chat ?? ''}` : `${chat.userId} ${chat.nonce}`;
}

/** The joins in the log at which more than `max` people were in the room. */
function tooMany(log: readonly SentChat[], max: number): SentChat[] {
  const present = new Set<string>();
  return log.filter(({ kind, userId }) => {
    if (kind === 'exit' || kind === 'kick') present.delete(userId);
    return kind === 'join' && present.add(userId).size > max;
  });
}

function wrongsOfPerson({ id, sent, views }: PersonEvidence, log: readonly SentChat[]): Problem[] {
  const wrong = (what: Problem['what'], things: unknown[]) =>
    things.map((thing) => ({ what, where: `person ${id}: ${JSON.stringify(thing)}` }));
  const letters = [...sent.values()];
  const stored = new Map(log.filter(({ userId }) => userId === id).map((chat) => [chat.nonce, chat]));
  const lost = letters.filter((letter) => letter.isAcked && !isSame(letter, stored.get(letter.nonce)));
  // Texts do not wait for GIFs, so each kind has its own order.
  const inOrder = (kind: Sent['kind']) =>
    letters
      .filter((letter) => letter.kind === kind && !letter.hasFailed)
      .flatMap(({ nonce }) => stored.get(nonce) ?? []);
  const bySeq = new Map(log.map((chat) => [chat.seq, chat]));
  return [
    ...wrong('lost', lost),
    ...wrong('out of order', [
      ...stepsBack(inOrder('chat')),
      ...stepsBack(inOrder('gif')),
      ...views.flatMap(stepsBack),
    ]),
    ...wrong('seen differently', [
      ...views.flatMap(unseenIn),
      ...views.flatMap((view) => view.filter((seen) => !isAsStored(seen, bySeq.get(seen.seq)))),
    ]),
  ];
}

function isSame({ kind, label }: Sent, chat: SentChat | undefined): boolean {
  return chat?.kind === kind && (chat.kind !== 'chat' || chat.chat === label);
}

function stepsBack<T extends { seq: number }>(chats: readonly T[]): T[] {
  return chats.filter(({ seq }, index) => seq <= (chats[index - 1]?.seq ?? 0));
}

/** The chat numbers that a page did not show between the first and the last that it showed. */
function unseenIn(view: View): { unseen: number }[] {
  const seen = new Set(view.map(({ seq }) => seq));
  const [first, last] = [Math.min(...seen), Math.max(...seen)];
  const all = Array.from({ length: seen.size === 0 ? 0 : last - first + 1 }, (_, index) => first + index);
  return all.filter((seq) => !seen.has(seq)).map((unseen) => ({ unseen }));
}

/** Of the chats in the page's HTML only number and nonce are known; the others are compared as a whole. */
function isAsStored({ nonce, chat }: View[number], stored: SentChat | undefined): boolean {
  if (stored === undefined || (nonce !== undefined && nonce !== stored.nonce)) return false;
  return chat === undefined || JSON.stringify(entriesOf(chat)) === JSON.stringify(entriesOf(stored));
}

function entriesOf(chat: SentChat): [string, unknown][] {
  return Object.entries(chat).sort(([one], [other]) => one.localeCompare(other));
}
