import type { z } from 'zod';
import * as inputs from '../../src/rules/inputs';

const notText = [undefined, null, {}, { $ne: null }, [], ['a'], 1, true];
const emoji = (count: number) => '👋'.repeat(count);

function accepted(schema: z.ZodType, given: unknown): unknown {
  return schema.parse(given);
}

function isAccepted(schema: z.ZodType, given: unknown): boolean {
  return schema.safeParse(given).success;
}

describe.each([
  ['a title', inputs.title, 100],
  ['a chat', inputs.chat, 2_000],
  ['a nonce', inputs.nonce, 64],
])('%s', (_, schema, most) => {
  it(`has 1 to ${String(most)} characters, not counting the spaces around them`, () => {
    expect(accepted(schema, ' 가 ')).toBe('가');
    expect(accepted(schema, `  ${emoji(most)}\u3164`)).toBe(emoji(most));
    for (const refused of ['', '   ', '\u3164', emoji(most + 1)])
      expect(isAccepted(schema, refused)).toBe(false);
  });

  it.each(notText)('is text, not %j', (given) => {
    expect(isAccepted(schema, given)).toBe(false);
  });

  it('is checked fast, even with a million spaces inside', () => {
    expect(isAccepted(schema, `a${' '.repeat(1_000_000)}a`)).toBe(false);
  });
});

describe('a password', () => {
  it.each(['', ' a ', 'a&b#c+d', emoji(100), '\u3164'])('is taken as typed: %j', (typed) => {
    expect(accepted(inputs.password, typed)).toBe(typed);
  });

  it.each([emoji(101), ...notText])('is text up to 100 characters, not %j', (given) => {
    expect(isAccepted(inputs.password, given)).toBe(false);
  });
});

describe('how many people a room holds', () => {
  it.each([
    [2, 2],
    [500, 500],
    ['2', 2],
    ['500', 500],
    [undefined, 10],
  ])('may be %j', (given, max) => {
    expect(accepted(inputs.max, given)).toBe(max);
  });

  it.each([
    1,
    501,
    2.5,
    Infinity,
    NaN,
    -2,
    '',
    ' ',
    '1',
    '501',
    '2.5',
    '-2',
    '+2',
    ' 2',
    '1e2',
    '0x10',
    'Infinity',
    'abc',
    '٣',
    null,
    [],
    ['2'],
    {},
    true,
  ])('may not be %j', (given) => {
    expect(isAccepted(inputs.max, given)).toBe(false);
  });
});

it.each([
  ['on', true],
  ['true', true],
  [true, true],
  [undefined, false],
  ['', false],
  ['false', false],
  [false, false],
])('a checkbox that sends %j is %j', (given, isChecked) => {
  expect(accepted(inputs.ephemeral, given)).toBe(isChecked);
});

it.each(['yes', null, {}, [], ['on'], 1])('a checkbox may not send %j', (given) => {
  expect(isAccepted(inputs.ephemeral, given)).toBe(false);
});

describe('a room id', () => {
  it('is 24 lower-case hexadecimal digits', () => {
    expect(accepted(inputs.roomId, '0123456789abcdef01234567')).toBe('0123456789abcdef01234567');
  });

  it.each([
    ...notText,
    '',
    '0123456789ABCDEF01234567',
    '0123456789abcdef0123456',
    '0123456789abcdef01234567\n',
    'undefined',
  ])('is not %j', (given) => {
    expect(isAccepted(inputs.roomId, given)).toBe(false);
  });
});

describe('a number of the log', () => {
  it.each([0, '0', 12, '12', Number.MAX_SAFE_INTEGER, String(Number.MAX_SAFE_INTEGER)])(
    'may be %j',
    (given) => {
      expect(accepted(inputs.seq, given)).toBe(Number(given));
    },
  );

  it.each([
    -1,
    '-1',
    1.5,
    '1.5',
    '',
    Infinity,
    Number.MAX_SAFE_INTEGER + 1,
    '9007199254740992',
    '99999999999999999999',
    null,
    {},
    ['1'],
    { $gt: 0 },
  ])('may not be %j', (given) => {
    expect(isAccepted(inputs.seq, given)).toBe(false);
  });
});

describe('how many chats a page of history holds', () => {
  it.each([
    [undefined, 50],
    ['1', 1],
    ['100', 100],
  ])('can be asked for by %j', (given, limit) => {
    expect(accepted(inputs.limit, given)).toBe(limit);
  });

  it.each(['0', '101', '', 'all', ['5'], null])('may not be %j', (given) => {
    expect(isAccepted(inputs.limit, given)).toBe(false);
  });
});
