/** Tests of the judge itself: first a story without a mistake, then the same story with one mistake in it. */
import { judge, WRONGS, type PersonEvidence, type RoomEvidence } from './judge';
import type { Sent, View } from './person';
import type { SentChat } from '../../src/types/events';

const ROOM = 'room';
const entry = (
  seq: number,
  userId: string,
  kind: 'join' | 'exit' | 'chat',
  chat = `${kind} ${String(seq)}`,
): SentChat => ({
  ...{ _id: `id ${String(seq)}`, room: ROOM, seq, kind, chat, user: '#3a7867', userId, color: '#3a7867' },
  ...{ nonce: `nonce ${String(seq)}`, createdAt: '2026-01-02T03:04:05.678Z' },
});
const LOG = [
  entry(1, 'ann', 'join'),
  entry(2, 'ann', 'chat'),
  entry(3, 'bob', 'join'),
  entry(4, 'ann', 'chat'),
  entry(5, 'bob', 'exit'),
  entry(6, 'cid', 'join'),
];
const letter = ({ nonce, seq }: SentChat): [string, Sent] => [
  nonce,
  { nonce, kind: 'chat', label: `chat ${String(seq)}`, isAcked: true, hasFailed: false },
];
const seenIn = (log: SentChat[]): View => log.map((chat) => ({ seq: chat.seq, nonce: chat.nonce, chat }));

/** How many problems of each kind the judge finds. */
function wrongs(
  room: Partial<RoomEvidence> = {},
  person: Partial<PersonEvidence> = {},
): Record<string, number> {
  const ann: PersonEvidence = {
    id: 'ann',
    room: ROOM,
    sent: new Map(LOG.filter(({ kind }) => kind === 'chat').map(letter)),
    views: [seenIn(LOG.slice(0, 3)), seenIn(LOG.slice(1))],
    ...person,
  };
  const problems = judge([{ id: ROOM, max: 2, log: LOG, mostSeen: 2, ...room }], [ann]);
  const counts = WRONGS.map(
    (wrong) => [wrong, problems.filter(({ what }) => what === wrong).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
const without = (seq: number) => LOG.filter((chat) => chat.seq !== seq);

it('finds no problem when everybody saw what is stored', () => {
  expect(wrongs()).toEqual({});
});

it('counts an acknowledged chat that is not stored as lost, its number as missing, and its view as wrong', () => {
  expect(wrongs({ log: without(4) })).toEqual({ lost: 1, 'out of order': 2, 'seen differently': 1 });
});

it('lets a chat be missing that was not acknowledged', () => {
  const sent = new Map(
    [letter(entry(9, 'ann', 'chat'))].map(([nonce, one]) => [nonce, { ...one, isAcked: false }]),
  );
  expect(wrongs({}, { sent })).toEqual({});
});

it('counts a text that is stored twice as duplicated, even when the nonces differ', () => {
  expect(wrongs({ log: [...LOG, entry(7, 'ann', 'chat', 'chat 4')] })).toEqual({ duplicated: 1 });
});

it('counts chats as out of order that are stored in another order than sent, unless a send had failed once', () => {
  const [one, other] = LOG.filter(({ kind }) => kind === 'chat').map(letter);
  if (one === undefined || other === undefined) throw new Error('there are two');
  expect(wrongs({}, { sent: new Map([other, one]) })).toEqual({ 'out of order': 1 });
  other[1].hasFailed = true;
  expect(wrongs({}, { sent: new Map([other, one]) })).toEqual({});
});

it('counts what a page shows twice, backwards, with a gap, or different from what is stored', () => {
  expect(wrongs({}, { views: [seenIn([...LOG, ...LOG.slice(5)])] })).toEqual({ 'out of order': 1 });
  expect(wrongs({}, { views: [seenIn([...LOG.slice(1), ...LOG.slice(0, 1)])] })).toEqual({
    'out of order': 1,
  });
  expect(wrongs({}, { views: [seenIn(without(3))] })).toEqual({ 'seen differently': 1 });
  const other = LOG.map((chat) => (chat.seq === 3 ? { ...chat, _id: 'another' } : chat));
  expect(wrongs({}, { views: [seenIn(other)] })).toEqual({ 'seen differently': 1 });
});

it('counts a person in a full room as over capacity, whether the log shows it or what people were told', () => {
  expect(wrongs({ max: 1, mostSeen: 1 })).toEqual({ 'people over capacity': 2 });
  expect(wrongs({ mostSeen: 3 })).toEqual({ 'people over capacity': 1 });
});
