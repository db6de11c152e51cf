import fc from 'fast-check';
import { anyText } from '../support/any-text';
import { isMeant, partsOf, type Part } from '../../src/shared/text-parts';

const ANA = { color: '#3a7867', name: 'Ana' };
const PEOPLE = [ANA, { color: '#535cac', name: 'Ana Kim' }, { color: '#78673a', name: '민수' }];

const of = (kind: Part['kind'], text: string) =>
  partsOf(text, PEOPLE)
    .filter((part) => part.kind === kind)
    .map(({ shown }) => shown);
const links = (text: string) =>
  partsOf(text, PEOPLE).flatMap((part) => (part.kind === 'link' ? [[part.shown, part.href]] : []));
const together = (parts: Part[]) => parts.map(({ text }) => text).join('');

describe('the parts of a text', () => {
  test('are the whole text, whatever it is', () => {
    const piece = fc.oneof(
      anyText,
      fc.constantFrom(
        '```',
        '`',
        '\n',
        '@',
        'Ana',
        ' Kim',
        '민수',
        'http://',
        'www.',
        'a.com',
        '에서',
        ' ',
        '/',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const parts = partsOf(text, PEOPLE);
        expect(together(parts)).toBe(text);
        expect(parts.filter((part) => part.text === '')).toEqual([]);
        for (const part of parts) if (part.kind === 'link') expect(part.href).toMatch(/^https?:\/\/[!-~]+$/);
      }),
    );
  });

  test('need no more than a few times the work for a text that is a few times as long', () => {
    const pieces = [
      '`',
      '``',
      '```a\n',
      '```',
      '@',
      '@Ana',
      '@a',
      'http://',
      'http://a@',
      'http://a.com/(',
      'www.',
      'a.',
    ];
    const more = [
      'a가',
      '(',
      '[',
      '"',
      '-',
      '.com',
      'a.com/',
      '한.',
      '\n',
      '\u3000',
      '@Ana Ki',
      'http://-',
      ':',
      '//',
    ];
    const many = (piece: string, length: number) => piece.repeat(length / piece.length);
    for (const piece of [...pieces, ...more]) {
      // Quadratic work would take some 100 times as long as linear work, which is less than half a second.
      const begun = performance.now();
      partsOf(many(piece, 200_000), PEOPLE);
      expect([piece, performance.now() - begun < 15_000]).toEqual([piece, true]);
    }
  });
});

describe('a link', () => {
  test.each([
    ['봐요 https://example.com/a?b=c#d.', 'https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['(http://a.kr/(b))', 'http://a.kr/(b)', 'http://a.kr/(b)'],
    ['www.example.de', 'www.example.de', 'http://www.example.de/'],
    ['example.com에서', 'example.com', 'http://example.com/'],
    ['http://localhost:8005에서', 'http://localhost:8005', 'http://localhost:8005/'],
    ['https://example.com/room/1을', 'https://example.com/room/1', 'https://example.com/room/1'],
    [
      'https://ko.wikipedia.org/wiki/한국',
      'https://ko.wikipedia.org/wiki/한국',
      'https://ko.wikipedia.org/wiki/%ED%95%9C%EA%B5%AD',
    ],
  ])('is found in %s', (text, shown, href) => {
    expect(links(text)).toEqual([[shown, href]]);
  });

  test.each([
    'me@example.com',
    'README.md',
    'run.sh',
    'javascript:alert(1)',
    'ftp://a.com',
    '//a.com',
    'data:text/html,a',
  ])('is not seen in %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  test('shows a host in Hangul, Han or Kana as it is written', () => {
    expect(links('http://한글.kr/가')).toEqual([['http://한글.kr/가', 'http://xn--bj0bj06e.kr/%EA%B0%80']]);
  });

  test.each([
    ['https://аррӏе.com/', 'https://xn--80ak6aa92e.com/'],
    ['https://pаypal.com/', 'https://xn--pypal-4ve.com/'],
    ['http://google.comノa.evil.jp/', 'http://google.xn--coma-xq4c.evil.jp/'],
  ])('with a host that looks like another one shows its true host: %s', (text, shown) => {
    expect(links(text)).toEqual([[shown, shown]]);
  });

  test('hides no character that turns what is read', () => {
    expect(links('http://a.com/\u202egpj')).toEqual([
      ['http://a.com/%E2%80%AEgpj', 'http://a.com/%E2%80%AEgpj'],
    ]);
  });
});

describe('code', () => {
  test('stands between backticks, and nothing else in it is found', () => {
    expect(partsOf('a `@Ana http://a.com` b', PEOPLE).map(({ kind, shown }) => [kind, shown])).toEqual([
      ['text', 'a '],
      ['code', '@Ana http://a.com'],
      ['text', ' b'],
    ]);
  });

  test('stands in lines between fences, with a language or without', () => {
    expect(of('block', '봐요\n```js\nconst a = `b`;\n\n  c();\n```\n끝')).toEqual([
      'const a = `b`;\n\n  c();',
    ]);
    expect(of('block', '```a```')).toEqual(['a']);
    expect(of('text', '봐요\n```\na\n```\n끝')).toEqual(['봐요', '끝']);
  });

  test('that does not end is text', () => {
    expect(of('text', 'a ` b')).toEqual(['a ` b']);
    expect(of('text', '```\na')).toEqual(['```\na']);
    expect(of('text', '`a\nb`')).toEqual(['`a\nb`']);
  });
});

describe('a mention', () => {
  test('is the longest name of somebody here, in letters of any case, before a particle too', () => {
    expect(of('mention', '@Ana Kim과 @ana, @민수야 @#3A7867')).toEqual([
      '@Ana Kim',
      '@ana',
      '@민수',
      '@#3A7867',
    ]);
  });

  test.each(['@Annabel', '@Anabel', 'me@Ana', '@ Ana', 'Ana', '@Ben'])('is not seen in %s', (text) => {
    expect(of('mention', text)).toEqual([]);
  });

  test('means its person alone', () => {
    expect(isMeant(partsOf('안녕 @ana', PEOPLE), ANA)).toBe(true);
    expect(isMeant(partsOf('안녕 @#3a7867', PEOPLE), ANA)).toBe(true);
    expect(isMeant(partsOf('안녕 @Ana Kim', PEOPLE), ANA)).toBe(false);
    expect(isMeant(partsOf('안녕 Ana', PEOPLE), ANA)).toBe(false);
  });
});
