import fc from 'fast-check';
import { readGif, type GifReading } from '../../src/rules/gif';
import {
  bytes,
  control,
  extension,
  frame,
  gif,
  image,
  loop,
  loops,
  packer,
  screen,
  trailer,
} from '../support/gif';
import { blocksOf } from '../support/gif-blocks';
import { BROKEN, SHOWN, UNSEEN } from '../support/gif-kinds';

/** Reads a file to the end. `steps` counts the pauses in which the server could do other work. */
function readIn(file: Uint8Array): { reading: GifReading; steps: number } {
  const reader = readGif(file);
  for (let steps = 1; ; steps++) {
    const { done, value } = reader.next();
    if (done === true) return { reading: value, steps };
  }
}

const read = (file: Uint8Array) => readIn(file).reading;

/** The file that is written anew from what could be read. */
function written(file: Uint8Array): Buffer {
  const reading = read(file);
  if (!reading.ok) throw new Error(reading.reason);
  return Buffer.from(reading.bytes);
}

const notAGif = { ok: false, reason: 'not-a-gif' };
const tooLarge = (bound: string) => ({ ok: false, reason: 'too-large', bound });
const named = (kinds: Record<string, Buffer>) => Object.entries(kinds);

describe('a GIF that browsers show', () => {
  it.each(named({ ...SHOWN, ...BROKEN }))(
    'is written anew, and a second time would change nothing: %s',
    (_, file) => {
      const anew = written(file);
      expect(blocksOf(anew).filter((block) => block === 'loops').length).toBeLessThanOrEqual(1);
      expect(written(anew).equals(anew)).toBe(true);
    },
  );

  it.each([
    ['of another encoder', 'as gifsicle writes'],
    ['with tables, interlaced', 'interlaced frames with tables'],
    ['with all delays', 'delays of 0, 1 and 65535 hundredths'],
    ['of one frame', 'one frame without a control'],
  ])('is stored byte for byte if nothing of it must be removed: %s', (_, name) => {
    const file = SHOWN[name] ?? Buffer.alloc(0);
    expect(written(file).equals(file)).toBe(true);
  });

  it('has the size in which browsers show it: the screen, enlarged to contain the first frame', () => {
    const place = { left: 3, top: 2, width: 120, height: 90 };
    const sizeOf = (width: number, height: number) =>
      read(bytes(screen({ width, height }), image(place), image({ left: 200 }), trailer));
    expect(sizeOf(0, 0)).toMatchObject({ ok: true, width: 123, height: 92, frames: 2 });
    expect(sizeOf(1, 100)).toMatchObject({ width: 123, height: 100 });
    expect(sizeOf(320, 200)).toMatchObject({ width: 320, height: 200 });
  });

  it.each([
    ['behind the trailer', 'an archive behind the trailer'],
    ['between blocks', 'an archive between blocks'],
    ['behind the end of a frame’s data', 'an archive behind the end code'],
    ['behind the last pixel of a frame', 'an archive behind the last pixel'],
    ['in an extension', 'an extension of no known label'],
  ])('is stored without an archive %s', (_, name) => {
    const file = SHOWN[name] ?? Buffer.alloc(0);
    expect(file.includes('PK\x03\x04')).toBe(true);
    expect(written(file).includes('PK')).toBe(false);
  });

  it('is stored without metadata', () => {
    for (const [name, words] of [
      ['XMP', 'where it was taken'],
      ['a comment', 'who made it'],
      ['a text with its control', 'text'],
    ]) {
      const file = SHOWN[name ?? ''] ?? Buffer.alloc(0);
      expect(file.includes(words ?? '')).toBe(true);
      expect(written(file).includes(words ?? '')).toBe(false);
    }
  });

  it('keeps all frames before the place at which it was cut off', () => {
    const start = screen();
    const frames = [1, 2, 3].map((pattern) => bytes(control({ delay: 10 * pattern }), image({ pattern })));
    const whole = bytes(start, loop, ...frames, trailer);
    const ends = frames.map((_, n) => bytes(start, loop, ...frames.slice(0, n + 1)).length);
    for (let length = 0; length < whole.length; length++) {
      // A frame's last byte says that no data follows, and the byte before may be the end code: it is whole without both.
      const count = ends.filter((end) => length >= end - 2).length;
      const part = read(whole.subarray(0, length));
      if (count > 0)
        expect(written(whole.subarray(0, length))).toEqual(
          bytes(start, loop, ...frames.slice(0, count), trailer),
        );
      else expect(part.ok).toBe(length > start.length + loop.length + 8 + 11 + 1);
    }
  });

  it.each([
    ['an empty frame', 2],
    ['an empty frame that disposes', 2],
    ['empty frames in a row', 2],
    ['a second frame without data', 2],
    ['an empty frame at the start', 3],
    ['an empty frame behind one that is cleared', 3],
    ['an empty frame behind one that is undone', 4],
    ['a frame without data that clears', 3],
    ['empty frames for longer than a delay can be', 3],
  ])('is stored without %s only if it looks the same', (name, frames) => {
    expect(read({ ...SHOWN, ...BROKEN }[name] ?? Buffer.alloc(0))).toMatchObject({ ok: true, frames });
  });

  it('repeats as often as its last block about that says', () => {
    const other = extension(0xff, Buffer.from('another'), Buffer.from([1, 9, 0]));
    const file = bytes(screen(), loops(3), image(), loops(7), other, image(), trailer);
    expect(written(file)).toEqual(bytes(screen(), loops(7), image(), image(), trailer));
  });

  it('shows a frame longer in place of an empty frame behind it', () => {
    const file = bytes(screen(), image(), control({ delay: 30 }), image({ width: 0, height: 0 }), trailer);
    expect(written(file)).toEqual(bytes(screen(), control({ delay: 30 }), image(), trailer));
  });
});

describe('is no GIF', () => {
  it.each(named(UNSEEN))('%s', (_, file) => {
    expect(read(file)).toEqual(notAGif);
  });

  it('a file that claims to be too large but shows nothing', () => {
    const place = { width: 50_000, height: 50_000 };
    const claim = bytes(screen(place), image({ ...place, count: 0 }));
    expect(read(claim)).toEqual(notAGif);
    expect(read(bytes(claim, trailer))).toEqual(notAGif);
  });
});

/** About 5 MiB. */
const LENGTH = 4_900_000;

/** A file of about 5 MiB with one large frame, whose data repeats these codes. */
function repeated(again: number[], codeSize: number): Buffer {
  const codes = packer();
  for (let n = 0; n < 8; n++) for (const code of again) codes.emit(code, codeSize + 1);
  const place = { width: 4_096, height: 4_096 };
  return bytes(screen(place), image({ ...place, codeSize, data: Buffer.alloc(LENGTH, codes.packed()) }));
}

describe('a GIF within all bounds', () => {
  it.each([
    ['4096 px a side', gif({ width: 4_096, height: 4_096, frames: 1 })],
    ['500 frames', gif({ frames: 500 })],
    ['60 frames of a large screen that change little', recording(60, 1_920, 1_080)],
    ['8 million pixels a frame, 200 million in all', gif({ width: 4_000, height: 2_000, frames: 25 })],
    ['small frames far outside the screen', bytes(screen(), image(), image({ left: 65_000 }), trailer)],
  ])('is taken: %s', (_, file) => {
    expect(read(file)).toMatchObject({ ok: true });
  });
});

describe('a GIF over a bound is too large', () => {
  it.each([
    ['side', 'wider than 4096 px', gif({ width: 4_097, height: 1 })],
    ['side', 'higher than 4096 px', gif({ width: 1, height: 4_097 })],
    ['side', 'grown beyond 4096 px', bytes(screen(), image({ left: 4_090 }), trailer)],
    ['side', 'a frame wider than 4096 px', bytes(screen(), image(), frame(5_000, 1), trailer)],
    [
      'side',
      'a part of a frame wider than 4096 px',
      bytes(screen(), image({ width: 5_000, count: 9 }), trailer),
    ],
    ['frames', 'more than 500 frames', gif({ frames: 501 })],
    ['pixels', 'more than 200 million pixels in all', gif({ width: 4_000, height: 2_000, frames: 26 })],
    [
      'pixels',
      'large frames on a small screen',
      bytes(screen(), image(), ...Array.from({ length: 13 }, () => frame(4_096, 4_096))),
    ],
    ['screen', 'small frames on a screen of more than 8 million', recording(2, 4_000, 2_001)],
    // A clear code and one or two pixels, again and again: no file shows something with more codes.
    ['codes', 'more than 6 million codes of 3 bits', repeated([4, 0, 0], 2)],
    ['codes', 'more than 6 million codes of 2 bits', repeated([2, 0], 1)],
  ])('%s: %s', (bound, _, file) => {
    expect(read(file)).toEqual(tooLarge(bound));
  });

  it('whatever follows the first frame that is too many', () => {
    expect(read(bytes(gif({ frames: 501 }).subarray(0, -1), 'no block'))).toEqual(tooLarge('frames'));
  });

  it.each([
    ['of one pixel', image({ width: 1, height: 1 })],
    ['of nothing', image({ width: 0, height: 0 })],
  ])('and of 374,000 frames %s no more than 501 are read', (_, one) => {
    const many = Buffer.alloc(374_000 * one.length, one);
    const { reading, steps } = readIn(bytes(screen(), image(), many));
    expect(reading).toEqual(tooLarge('frames'));
    expect(steps).toBeLessThan(510);
  });
});

describe('the server can do other work', () => {
  it('while many codes are read', () => {
    const file = repeated([256, ...Array.from({ length: 200 }, (_, n) => n)], 8);
    const { reading, steps } = readIn(file);
    expect(reading).toMatchObject({ ok: true });
    expect(steps).toBeGreaterThan(20);
  });

  it('while many blocks are read', () => {
    const { steps } = readIn(bytes(screen(), Buffer.alloc(LENGTH, extension(0xfe))));
    expect(steps).toBeGreaterThan(100);
  });
});

describe('from any bytes', () => {
  const kinds = Object.values({ ...SHOWN, ...BROKEN, ...UNSEEN }).filter(({ length }) => length < 5_000);
  /** A GIF of ours in which up to four pieces are removed, inserted or changed. */
  const changed = fc
    .tuple(
      fc.constantFrom(...kinds),
      fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 9 })), { maxLength: 4 }),
    )
    .map(([file, changes]) =>
      changes.reduce((now, [from, length, piece]) => {
        const at = from % (now.length + 1);
        return bytes(now.subarray(0, at), piece, now.subarray(at + length));
      }, file),
    );
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.uint8Array({ maxLength: 400 }).map((some) => bytes(screen(), some)),
    fc
      .uint8Array({ maxLength: 400 })
      .map((some) => bytes(screen(), image({ codeSize: 8, width: 40, height: 40, data: Buffer.from(some) }))),
    changed,
  );

  it('a correct file is written, which is not longer and would be written the same again', () => {
    let shown = 0;
    fc.assert(
      fc.property(any, (file) => {
        const reading = read(file);
        if (!reading.ok) return;
        shown++;
        const anew = Buffer.from(reading.bytes);
        const images = blocksOf(anew).filter((block) => block === 'image').length;
        expect(images).toBe(reading.frames);
        // The end code and the terminator of each frame, and the trailer, may have been missing and are added.
        expect(anew.length).toBeLessThanOrEqual(file.length + 4 * images + 1);
        expect(read(anew)).toEqual(reading);
      }),
      { numRuns: 3_000 },
    );
    expect(shown).toBeGreaterThan(300);
  });
});

/** A GIF as programs record a screen: first the whole screen, then a few pixels in each frame. */
function recording(frames: number, width: number, height: number): Buffer {
  const changes = Array.from({ length: frames - 1 }, (_, n) =>
    bytes(control(), image({ left: n, pattern: n })),
  );
  return bytes(screen({ width, height }), frame(width, height), ...changes, trailer);
}
