import { isTaken, nameFrom } from '../../src/rules/names';
import { personWith, roomWith } from '../support/values';

it.each([
  ['김철수', '김철수'],
  ['  Jun   Ho ', 'Jun Ho'],
  ['비밀'.normalize('NFD'), '비밀'],
  ['नमस्ते', 'नमस्ते'],
  ['ไทย์', 'ไทย์'],
  ['👩‍👩‍👧‍👦 7', '👩‍👩‍👧‍👦 7'],
  ['가'.repeat(20), '가'.repeat(20)],
])('takes %j as the name %j', (text, name) => {
  expect(nameFrom(text)).toBe(name);
});

it.each([
  [''],
  ['   '],
  ['가'.repeat(21)],
  ['a'.repeat(100_000)],
  ['a\nb'],
  ['a\u0000b'],
  ['a\u202eb'],
  ['a\u200bb'],
  ['\u3164'],
  ['\u2800'],
  ['<b>'],
  ['a_b'],
  [`a${'\u0301'.repeat(19)}`],
  ['system'],
  ['System'],
  ['ѕуѕtеm'],
  ['ｓｙｓｔｅｍ'],
])('refuses %j as a name', (text) => {
  expect(nameFrom(text)).toBeUndefined();
});

it.each([
  ['mina', 'Mina'],
  ['mina', 'ｍｉｎａ'],
  ['mina', 'mіnа'],
  ['Ian', 'lan'],
  ['Ian', 'ian'],
  ['O0O', 'OOO'],
  ['민아', '민아'.normalize('NFD')],
])('takes %j and %j for the same name in a room', (one, other) => {
  const room = roomWith({ people: [personWith({ id: 'somebody', name: one })] });
  expect(isTaken(room, 'another', other)).toBe(true);
  expect(isTaken(room, 'somebody', other)).toBe(false);
});

it('tells names apart that look different', () => {
  const room = roomWith({ people: [personWith({ name: '민아' }), personWith({ id: 'nameless' })] });
  expect(isTaken(room, 'another', '민호')).toBe(false);
});
