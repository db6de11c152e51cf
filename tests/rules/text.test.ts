import fc from 'fast-check';
import { anyText } from '../support/any-text';
import { tidy } from '../../src/rules/text';
import { lengthOf } from '../../src/shared/sizes';

describe('text is kept', () => {
  it.each([
    ['without the spaces around it', '  안녕하세요 \n', '안녕하세요'],
    ['without the invisible fillers around it', '\u3164\u200B\uFEFF안녕\u2800\uFFA0\u00AD\u0000', '안녕'],
    ['with what is between its ends', 'a \u200B\n b', 'a \u200B\n b'],
    [
      'without control characters, but for line ends and tabs',
      'a\u0000\u001b[31m\u0085b\tc\nd',
      'a[31mb\tc\nd',
    ],
    ['with plain line ends', 'a\r\nb\rc\n\nd', 'a\nb\nc\n\nd'],
    [
      'with emoji whole, their invisible ends too',
      ' 👨‍👩‍👧 ❤️ 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} ',
      '👨‍👩‍👧 ❤️ 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    ],
    ['as well-formed Unicode', 'a\uD83Db', 'a\uFFFDb'],
  ])('%s', (_, typed, kept) => {
    expect(tidy(typed)).toBe(kept);
  });

  it.each([
    '',
    ' ',
    '\n\t',
    '\u3164',
    '\u200B\u200D\u2060',
    '\uFE0F',
    '\u{E0067}\u{E007F}',
    '\u202E',
    '\u0000',
  ])('as nothing when there is nothing to see: %j', (typed) => {
    expect(tidy(typed)).toBe('');
  });

  it('unchanged if it was already tidied, and always as well-formed Unicode', () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        const kept = tidy(typed);
        expect(tidy(kept)).toBe(kept);
        expect(kept.isWellFormed()).toBe(true);
      }),
    );
  });
});

it('an emoji counts as one character, not as two', () => {
  expect(lengthOf('안녕👋')).toBe(3);
});
