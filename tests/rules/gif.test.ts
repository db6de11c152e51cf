import fc from 'fast-check';
import { readGif } from '../../src/rules/gif';
import { frame, gif, header, loop, subBlocks, trailer } from '../support/gif';

const notAGif = { ok: false, reason: 'not-a-gif' };
const tooLarge = { ok: false, reason: 'too-large' };

describe('a whole GIF', () => {
  it('is read as what it is', () => {
    expect(readGif(gif({ width: 320, height: 200, frames: 3 }))).toEqual({
      ok: true,
      width: 320,
      height: 200,
      frames: 3,
    });
    expect(readGif(gif({ width: 1, height: 1, frames: 1 }))).toEqual({
      ok: true,
      width: 1,
      height: 1,
      frames: 1,
    });
  });

  it('may be of 1987, without color tables or with some of its own', () => {
    const old = Buffer.from(gif());
    old.write('GIF87a', 'latin1');
    expect(readGif(old).ok).toBe(true);
    const bare = Buffer.concat([
      Buffer.from([...Buffer.from('GIF89a'), 1, 0, 1, 0, 0, 0, 0]),
      frame(1, 1),
      trailer,
    ]);
    expect(readGif(bare).ok).toBe(true);
    const local = Buffer.from([
      0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 0, 0, 0, 255, 255, 255, 2, 2, 0x4c, 0x01, 0,
    ]);
    expect(readGif(Buffer.concat([header(1, 1), local, trailer])).ok).toBe(true);
  });

  it('may hold any extension and a comment that looks like the end', () => {
    const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), subBlocks(Buffer.alloc(600, ';'))]);
    expect(readGif(Buffer.concat([header(2, 2), comment, loop, frame(2, 2), comment, trailer])).ok).toBe(
      true,
    );
  });

  it('may end with a few zero bytes', () => {
    expect(readGif(Buffer.concat([gif(), Buffer.alloc(16)])).ok).toBe(true);
  });

  it('may have 4096 px a side and 500 frames', () => {
    expect(readGif(gif({ width: 4_096, height: 4_096, frames: 5 }))).toMatchObject({ ok: true, frames: 5 });
    expect(readGif(gif({ frames: 500 }))).toMatchObject({ ok: true, frames: 500 });
  });
});

describe('a GIF over a cap is too large', () => {
  it.each([
    ['wider than 4096 px', gif({ width: 4_097, height: 1 })],
    ['higher than 4096 px', gif({ width: 1, height: 4_097 })],
    ['more than 500 frames', gif({ frames: 501 })],
    ['more than 100 million pixels in all', gif({ width: 4_096, height: 4_096, frames: 6 })],
    ['a frame wider than 4096 px on a small screen', Buffer.concat([header(1, 1), frame(5_000, 1), trailer])],
    [
      'tiny frames on a large screen',
      Buffer.concat([header(4_096, 4_096), ...Array.from({ length: 6 }, () => frame(1, 1)), trailer]),
    ],
    [
      'large frames on a tiny screen',
      Buffer.concat([header(1, 1), ...Array.from({ length: 6 }, () => frame(4_096, 4_096)), trailer]),
    ],
  ])('%s', (_, bytes) => {
    expect(readGif(bytes)).toEqual(tooLarge);
  });

  it('but not a whole one is no GIF, whatever it claims', () => {
    expect(readGif(gif({ width: 5_000, height: 5_000, frames: 1 }).subarray(0, -1))).toEqual(notAGif);
  });
});

describe('no GIF is', () => {
  const html = Buffer.from('<script>alert(1)</script>');

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a page', html],
    ['a page behind a signature', Buffer.concat([Buffer.from('GIF89a'), html])],
    ['a signature of no known version', Buffer.concat([Buffer.from('GIF90a'), gif().subarray(6)])],
    ['a picture without a frame', Buffer.concat([header(1, 1), loop, trailer])],
    ['a screen without a width', Buffer.concat([header(0, 1), frame(1, 1), trailer])],
    ['a frame without a height', Buffer.concat([header(1, 1), frame(1, 0), trailer])],
    [
      'a frame without data',
      Buffer.concat([header(1, 1), Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 0]), trailer]),
    ],
    [
      'a frame with an impossible code size',
      Buffer.concat([header(1, 1), Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 12, 1, 0, 0]), trailer]),
    ],
    ['data that is no block', Buffer.concat([header(1, 1), frame(1, 1), Buffer.from('x'), trailer])],
    ['a GIF with a page behind it', Buffer.concat([gif(), html])],
    ['a GIF with a page behind zero bytes', Buffer.concat([gif(), Buffer.alloc(4), html])],
    ['a GIF with much padding', Buffer.concat([gif(), Buffer.alloc(17)])],
    ['two GIFs', Buffer.concat([gif(), gif()])],
  ])('%s', (_, bytes) => {
    expect(readGif(bytes)).toEqual(notAGif);
  });

  it('any part of one', () => {
    const shape = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      frames: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(shape, (size) => {
        const whole = gif(size);
        expect(readGif(whole)).toEqual({ ok: true, ...size });
        for (let length = 0; length < whole.length; length += 1)
          expect(readGif(whole.subarray(0, length))).toEqual(notAGif);
      }),
      { numRuns: 30 },
    );
  });
});

it('any bytes are answered, and bytes of a GIF with some of them changed', () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  const changed = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { maxLength: 5 });
  fc.assert(
    fc.property(bytes, changed, (some, changes) => {
      const behindHeader = Buffer.concat([header(1, 1), some]);
      const damaged = gif();
      for (const [at, value] of changes) damaged[at % damaged.length] = value;
      for (const given of [some, behindHeader, damaged]) expect(typeof readGif(given).ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});
