/**
 * What reading the worst GIFs costs: `npm run bench:gif`. A line shows, for one file, how long the fastest of five
 * readings took, in ms, and its longest step, in ms. Only between two steps can the server do other work.
 */
import { readGif, type GifReading } from '../src/rules/gif';
import { bytes, comment, extension, image, packer, screen } from '../tests/support/gif';

const READINGS = 5;
/** In bytes: a little less than the 5 MiB that an upload may have. */
const LENGTH = 5_100_000;
const LARGE = { width: 4_096, height: 4_096 };

/** A GIF with one frame of the largest size, whose data repeats these LZW codes to the end. @param codeSize in bits. */
function codes(codeSize: number, again: number[]): Buffer {
  const packed = packer();
  for (let n = 0; n < 8; n++) for (const code of again) packed.emit(code, codeSize + 1);
  const data = Buffer.alloc(LENGTH, packed.packed());
  return bytes(screen(LARGE), image({ ...LARGE, codeSize, data }));
}

function many(one: Buffer): Buffer {
  return bytes(screen(), image(), Buffer.alloc(LENGTH, one));
}

const FILES: Record<string, Buffer> = {
  'a clear code and two pixels of 2 bits': codes(2, [4, 0, 0]),
  'a clear code and a pixel of 1 bit': codes(1, [2, 0]),
  'clear codes of 0 bits': codes(0, [1]),
  'a clear code and 200 pixels of 8 bits': codes(8, [256, ...Array.from({ length: 200 }, (_, n) => n)]),
  'frames of one pixel': many(image({ width: 1, height: 1 })),
  'empty frames': many(image({ width: 0, height: 0 })),
  'empty extensions': many(extension(0xfe)),
  'a long comment': many(comment('x'.repeat(100_000))),
};

for (const [name, file] of Object.entries(FILES)) {
  const readings = Array.from({ length: READINGS }, () => timed(file));
  const best = readings.reduce((one, other) => (other.total < one.total ? other : one));
  const said = best.reading.ok ? `${String(best.reading.frames)} frames` : best.reading.reason;
  console.log(
    [name.padEnd(40), best.total.toFixed(1).padStart(7), best.longest.toFixed(1).padStart(7), said].join(
      '  ',
    ),
  );
}

function timed(file: Buffer): { reading: GifReading; total: number; longest: number } {
  const reader = readGif(file);
  const start = performance.now();
  let longest = 0;
  for (let since = start; ;) {
    const { done, value } = reader.next();
    const now = performance.now();
    longest = Math.max(longest, now - since);
    since = now;
    if (done === true) return { reading: value, total: now - start, longest };
  }
}
