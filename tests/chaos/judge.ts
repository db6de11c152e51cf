/** What was noted outside the server, held against the rooms' logs: every promise that was not kept is a problem. */
import type { Sent, View } from './person';
import type { SentChat } from '../../src/types/events';

/** What must never be, in the order in which it is told. */
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
  /** For whoever looks for the reason. */
  where: string;
}

/** A room's whole log, as it is read in the end, and the most people that anybody was told to be in at once. */
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

/** All that is wrong with what was stored, and with what people were told of it. */
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

/** No two texts that were sent are alike; a GIF is known by its nonce. */
function contentOf(chat: SentChat): string {
  return chat.kind === 'chat' ? `${chat.userId} ${chat.chat}` : `${chat.userId} ${chat.nonce}`;
}

/** Those whose coming made the room too full, by what its log tells. */
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
  const inOrder = letters
    .filter(({ hasFailed }) => !hasFailed)
    .flatMap(({ nonce }) => stored.get(nonce) ?? []);
  const bySeq = new Map(log.map((chat) => [chat.seq, chat]));
  return [
    ...wrong('lost', lost),
    ...wrong('out of order', [...stepsBack(inOrder), ...views.flatMap(stepsBack)]),
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

/** The numbers that are missing between the first and the last. */
function unseenIn(view: View): { unseen: number }[] {
  const seen = new Set(view.map(({ seq }) => seq));
  const [first, last] = [Math.min(...seen), Math.max(...seen)];
  const all = Array.from({ length: seen.size === 0 ? 0 : last - first + 1 }, (_, index) => first + index);
  return all.filter((seq) => !seen.has(seq)).map((unseen) => ({ unseen }));
}

/** Of what came with the page, only number and nonce are known. */
function isAsStored({ nonce, chat }: View[number], stored: SentChat | undefined): boolean {
  if (stored === undefined || (nonce !== undefined && nonce !== stored.nonce)) return false;
  return chat === undefined || JSON.stringify(entriesOf(chat)) === JSON.stringify(entriesOf(stored));
}

function entriesOf(chat: SentChat): [string, unknown][] {
  return Object.entries(chat).sort(([one], [other]) => one.localeCompare(other));
}
