import { timeWords as english } from '../../src/locales/en/browser';
import { timeWords as korean } from '../../src/locales/ko/browser';
import { layOut, type Entry } from '../../src/shared/row-layout';

const SEOUL = { now: new Date('2026-11-26T12:00:00+09:00'), zone: 'Asia/Seoul' };

const row = (kind: string, createdAt = '2026-11-26T11:00:00+09:00', userId = 'mina'): Entry => ({
  kind,
  userId,
  createdAt,
  isSystem: kind !== 'chat' && kind !== 'whisper',
});
const rows = (count: number, kind: string, createdAt?: string) =>
  Array.from({ length: count }, () => row(kind, createdAt));

/** Shown rows as `-`, folded ones as `.`, and the first of folded ones as their number. */
function folds(entries: Entry[]): string {
  const sign = (isFolded: boolean, count: number) => (isFolded ? count || '.' : '-');
  return layOut(entries, korean, SEOUL)
    .map(({ isFolded, folds: count }) => sign(isFolded, count))
    .join('');
}

describe('comings and goings', () => {
  it.each([
    ['three in a row stay', [...rows(3, 'join'), row('chat')], '----'],
    ['four in a row fold', [...rows(4, 'exit'), row('chat')], '4...-'],
    ['the newest of all stays in sight', rows(4, 'join'), '3..-'],
    ['three at the end stay', [row('chat'), ...rows(3, 'join')], '----'],
    [
      'each run folds by itself',
      [...rows(5, 'name'), row('chat'), ...rows(4, 'takeback'), row('whisper')],
      '5....-4...-',
    ],
    [
      'a text between them keeps them in sight',
      [...rows(3, 'join'), row('chat'), ...rows(2, 'exit')],
      '------',
    ],
    [
      'those of two days do not fold together',
      [...rows(4, 'join', '2026-11-25T23:50:00+09:00'), ...rows(3, 'join'), row('chat')],
      '4...----',
    ],
  ])('%s', (_, entries, expected) => {
    expect(folds(entries)).toBe(expected);
  });
});

describe('a day', () => {
  it('is named where it begins, and above the first chat unless that is of today', () => {
    const chats = [
      '2025-12-31T10:00:00+09:00',
      '2026-01-01T10:00:00+09:00',
      '2026-11-25T00:00:00+09:00',
      '2026-11-25T23:59:00+09:00',
      '2026-11-26T00:00:00+09:00',
      '2026-11-26T09:00:00+09:00',
    ].map((at) => row('chat', at));
    const days = (words = korean) => layOut(chats, words, SEOUL).map(({ day }) => day);
    expect(days()).toEqual(['2025년 12월 31일', '1월 1일', '어제', undefined, '오늘', undefined]);
    expect(days(english)).toEqual(['Dec 31, 2025', 'Jan 1', 'yesterday', undefined, 'today', undefined]);
    expect(layOut(chats.slice(4), korean, SEOUL).map(({ day }) => day)).toEqual([undefined, undefined]);
  });

  it('begins at midnight of its reader’s zone', () => {
    const chats = [row('chat', '2026-11-25T23:59:59+09:00'), row('chat', '2026-11-26T00:00:01+09:00')];
    const dayOfSecond = (zone: string) => layOut(chats, korean, { ...SEOUL, zone })[1]?.day;
    expect(dayOfSecond('Asia/Seoul')).toBe('오늘');
    expect(dayOfSecond('UTC')).toBeUndefined();
  });
});
