/** Words and values that are right somewhere. `<here>` is the room in which the person is who sends it. */
import fc, { type Arbitrary } from 'fast-check';

/** People of the world who act. Each has a session and sockets. */
export const PEOPLE = 6;
export const PANE = '/lab/rooms/0123abcd/red';

export const one = fc.constantFrom;
export type Fields = Record<string, Arbitrary<unknown>>;

export const person = fc.nat(PEOPLE - 1);
const often = one('<here>', '<here>', '<here>', '<open>', '<quick>', '<locked>');
const seldom = one('<secret>', '<small>', '<gone>', '<new>', '<open> ');
export const room = fc.oneof(often, often, often, seldom);
export const userId = fc.oneof(
  one(0, 1, 2, 3, 4, 5).map((number) => `<user${String(number)}>`),
  one('<keeper>'),
);
const grapheme = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
export const text = fc.oneof(grapheme, one('안녕', 'https://example.org/?a=b'));
export const name = one('민수', 'Ann', '', '가'.repeat(20));
export const nonce = fc.string({ minLength: 1, maxLength: 64 });
export const seq = fc.oneof(fc.nat(9), fc.nat(300));
