/** Strange values, to be put where others belong. */
import fc, { type Arbitrary } from 'fast-check';
import { bytes, comment, control, gif, image, screen } from '../support/gif';

const PLAIN =
  'null -1 0 1e9 0x10 NaN true [object] {"$ne":null} <script>alert(1)</script> {{7*7}} \'"` $where j:{"a":1} s:a.b .. ' +
  '../../etc/passwd ..%2f.. % %00 %zz %e0%a4 __proto__ constructor * \\';
const TEXTS = [
  ...PLAIN.split(' '),
  ...['', ' ', '\0', 'a\0', '\ud800', '\u202eabc', '\u200b', '👨‍👩‍👧‍👦', '가', '\r\nset-cookie: a=b', '\u2028'],
];
const KEYS = '__proto__ constructor prototype toString toJSON length $gt a[b] room'.split(' ');
/** Lengths at the bounds of passwords, titles, chats and events. */
const LENGTHS = [21, 65, 101, 2_000, 2_001, 20_000, 40_000];

export const longText = fc
  .tuple(fc.constantFrom('a', '가', '👋', '\0', '<', 'e\u0301'), fc.constantFrom(...LENGTHS))
  .map(([character, length]) => character.repeat(length));

export const strangeText = weighted(
  [6, fc.constantFrom(...TEXTS)],
  [3, fc.string({ unit: 'binary', maxLength: 30 })],
  [3, fc.string({ unit: 'grapheme', maxLength: 30 })],
  [1, longText],
);

export const strangeBytes = fc.uint8Array({ maxLength: 40 });

export const strange: Arbitrary<unknown> = fc.oneof(
  strangeText,
  fc.constantFrom(null, undefined, true, false, [], {}, [[]], NaN),
  fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 2 ** 53, 1e308)),
  fc.anything({ key: fc.constantFrom(...KEYS), values: [strangeText, fc.integer()], maxDepth: 3 }),
  fc.constantFrom(...KEYS).map((key): unknown => JSON.parse(`{"${key}": {"${key}": ["room"]}}`)),
  strangeBytes,
);

/** One of these, each as often as its number says. */
export function weighted<T>(...all: [weight: number, arbitrary: Arbitrary<T>][]): Arbitrary<T> {
  return fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** Mostly the right value. */
export const mostly = <T, U = unknown>(right: Arbitrary<T>, wrong: Arbitrary<U>): Arbitrary<T | U> =>
  fc.oneof({ weight: 7, arbitrary: right }, { weight: 1, arbitrary: wrong });

type Entry = [name: string, value: unknown];
const further = fc.array(fc.tuple(fc.constantFrom(...KEYS), strange), { maxLength: 2 });

/** An object with these fields: most are right, some strange, a few missing, and sometimes there are further ones. */
export function fields(rights: Record<string, Arbitrary<unknown>>): Arbitrary<Record<string, unknown>> {
  const own = Object.entries(rights).map(([name, right]) =>
    mostly(right, strange).map((value): Entry => [name, value]),
  );
  return fc
    .tuple(
      fc.tuple(...own),
      fc.oneof({ weight: 7, arbitrary: fc.constant([]) }, { arbitrary: further, weight: 1 }),
    )
    .map(([right, wrong]) =>
      Object.fromEntries<unknown>([...right, ...wrong].filter(([, value]) => value !== undefined)),
    );
}

/** A text with some pieces cut out, doubled or replaced. */
export function broken(text: Arbitrary<string>, pieces: Arbitrary<string>): Arbitrary<string> {
  const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 9 }), pieces);
  return fc.tuple(text, fc.array(edit, { maxLength: 4 })).map(([whole, edits]) =>
    edits.reduce((now, [where, length, piece]) => {
      const at = Math.floor(where * now.length);
      return now.slice(0, at) + piece + now.slice(at + length);
    }, whole),
  );
}

const GIFS = [
  gif(),
  gif({ width: 40, height: 30, frames: 5 }),
  gif({ frames: 501 }),
  bytes(screen({ width: 5_000, height: 5_000 }), control(), image(), comment('x'), [0x3b]),
].map((file) => file.toString('latin1'));

/** Every character is a byte. */
export const latin1 = fc.uint8Array({ maxLength: 20 }).map((some) => Buffer.from(some).toString('latin1'));

/** A GIF, whole or broken, as text in which every character is a byte. */
export const gifs: Arbitrary<string> = mostly(
  fc.constant(GIFS[0] ?? ''),
  broken(fc.constantFrom(...GIFS), latin1),
);
