/** Whether bytes are a whole GIF, and what showing it would cost: read from its blocks, without decoding a pixel. */

const MAX_SIDE = 4_096;
const MAX_FRAMES = 500;
/** Of all frames together: a file of 500 bytes can claim gigabytes of pixels. */
const MAX_PIXELS = 100_000_000;
/** Zero bytes after the trailer, as some writers leave them; anything else there makes the file a second thing, too. */
const MAX_PADDING = 16;

export type GifReading =
  | { ok: true; width: number; height: number; frames: number }
  | { ok: false; reason: 'not-a-gif' | 'too-large' };

/**
 * Reads the whole block structure in linear time. Width and height are the logical screen's, in pixels.
 * `too-large` is said of a whole GIF only: more than 4,096 px a side (of the screen or a frame), 500 frames, or 100
 * million pixels in all, where a frame counts as the screen at least, since it is composited on it.
 * @source https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function readGif(bytes: Uint8Array): GifReading {
  try {
    const { width, height, images } = readBlocks(new Cursor(bytes));
    const isTooLarge =
      images.length > MAX_FRAMES ||
      [{ width, height }, ...images].some((area) => area.width > MAX_SIDE || area.height > MAX_SIDE) ||
      images.reduce((sum, image) => sum + Math.max(pixels(image), width * height), 0) > MAX_PIXELS;
    return isTooLarge
      ? { ok: false, reason: 'too-large' }
      : { ok: true, width, height, frames: images.length };
  } catch (error) {
    if (error instanceof NotAGif) return { ok: false, reason: 'not-a-gif' };
    throw error;
  }
}

interface Area {
  width: number;
  height: number;
}

function readBlocks(cursor: Cursor): Area & { images: Area[] } {
  const signature = cursor.text(6);
  if (signature !== 'GIF87a' && signature !== 'GIF89a') throw new NotAGif();
  const screen = cursor.area();
  const flags = cursor.byte();
  cursor.skip(2);
  skipColors(cursor, flags);
  const images: Area[] = [];
  for (;;) {
    switch (cursor.byte()) {
      case 0x21:
        cursor.skip(1);
        skipSubBlocks(cursor);
        break;
      case 0x2c:
        images.push(readImage(cursor));
        break;
      case 0x3b:
        if (images.length === 0 || !cursor.hasOnlyZeros(MAX_PADDING)) throw new NotAGif();
        return { ...screen, images };
      default:
        throw new NotAGif();
    }
  }
}

function readImage(cursor: Cursor): Area {
  cursor.skip(4);
  const area = cursor.area();
  skipColors(cursor, cursor.byte());
  const codeSize = cursor.byte();
  if (codeSize < 1 || codeSize > 8 || skipSubBlocks(cursor) === 0) throw new NotAGif();
  return area;
}

/** A color table follows when the highest flag is set; the lowest three say how long it is. */
function skipColors(cursor: Cursor, flags: number): void {
  if ((flags & 0x80) !== 0) cursor.skip(3 * 2 ** ((flags & 7) + 1));
}

/** @returns how many there were before the terminator. */
function skipSubBlocks(cursor: Cursor): number {
  let count = 0;
  for (let size = cursor.byte(); size > 0; size = cursor.byte(), count += 1) cursor.skip(size);
  return count;
}

function pixels({ width, height }: Area): number {
  return width * height;
}

class NotAGif extends Error {}

/** Where reading is; what is not there is not read. */
class Cursor {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new NotAGif();
    this.at += 1;
    return value;
  }

  skip(count: number): void {
    this.at += count;
    if (this.at > this.bytes.length) throw new NotAGif();
  }

  text(length: number): string {
    return Array.from({ length }, () => String.fromCharCode(this.byte())).join('');
  }

  /** Two sides of 16 bits each, the low byte first; nothing is zero wide. */
  area(): Area {
    const [width, height] = [this.word(), this.word()];
    if (width === 0 || height === 0) throw new NotAGif();
    return { width, height };
  }

  /** Whether at most so many bytes are left, all of them zero. */
  hasOnlyZeros(most: number): boolean {
    const rest = this.bytes.subarray(this.at);
    return rest.length <= most && rest.every((value) => value === 0);
  }

  private word(): number {
    return this.byte() + this.byte() * 256;
  }
}
