/** Reads a GIF file as browsers do, checks its bounds, and writes a new file from what could be read. */
import { Cursor, Unreadable } from './gif-cursor';
import { addFrame, encode, type Control, type Frame, type Picture } from './gif-picture';
import { CODES_PER_STEP, PackedPixels } from './gif-pixels';

const MAX_SIDE = 4_096;
const MAX_FRAMES = 500;
/** For all frames together. Without this bound, a file of 500 bytes can claim gigabytes of pixels. */
const MAX_PIXELS = 200_000_000;
/** For the screen of a GIF with more than one frame, in pixels: browsers keep several copies of that screen in memory. */
const MAX_MOVING_SCREEN = 8_000_000;
/**
 * For all frames together: how many LZW codes we read. A code of a useful file has 9 bits or more in the long run, so that
 * 5 MiB hold at most 4.7 million. More come only from files that throw their table of strings away every few pixels, and
 * reading 20 million codes would take us 0.1 s.
 */
const MAX_CODES = 6_000_000;
/** Reading this many short blocks takes less than a millisecond. */
const BLOCKS_PER_STEP = 10_000;

const EXTENSION = 0x21;
const CONTROL = 0xf9;
const APPLICATION = 0xff;
const IMAGE = 0x2c;

/** The bounds that a GIF can break. `bytes` is not checked here but while the file arrives. */
export type GifBound = 'bytes' | 'side' | 'frames' | 'pixels' | 'screen' | 'codes';

export type GifReading =
  | { ok: true; width: number; height: number; frames: number; bytes: Uint8Array }
  | { ok: false; reason: 'not-a-gif' }
  | { ok: false; reason: 'too-large'; bound: GifBound };

/**
 * Reads blocks until one cannot be read. If the file ends inside a frame, that frame is kept in two cases: all its pixels
 * are there, or it is the first frame (then browsers show the part that is there). From what was read, a new file is
 * written in one fixed form: header, color tables, how often to loop, and each frame with its graphic control. Comments,
 * texts, metadata, and bytes between or behind the blocks are left out. Chromium shows the same frames for the same times
 * from both files. If the new file is read again, the result has the same bytes.
 *
 * Width and height of the result are those that browsers show, in pixels: the screen, enlarged if the first frame is
 * larger. The result is `not-a-gif` if no frame shows anything. It is `too-large` with more than 4,096 px a side (of the
 * screen or of a frame), 500 frames, 200 million pixels of all frames together, 6 million LZW codes of all frames
 * together, or, if there are two frames or more, 8 million pixels of the screen. Reading stops at the first frame that
 * breaks a bound.
 *
 * The generator yields about every millisecond, so that the caller can let other work run. The slowest file that is taken
 * is read in less than 30 ms (`npm run bench:gif`).
 * @source https://www.w3.org/Graphics/GIF/spec-gif89a.txt; where that leaves something open, Chromium's decoder:
 * https://github.com/google/wuffs/blob/main/std/gif/decode_gif.wuffs
 */
export function* readGif(bytes: Uint8Array): Generator<undefined, GifReading> {
  const cursor = new Cursor(bytes);
  let picture: Picture | undefined;
  try {
    picture = readScreen(cursor);
    yield* readBlocks(cursor, picture);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  if (picture === undefined) return { ok: false, reason: 'not-a-gif' };
  const bound = boundBrokenBy(picture);
  if (bound !== undefined) return { ok: false, reason: 'too-large', bound };
  const { width, height, frames } = picture;
  if (width === 0 || height === 0 || !frames.some(({ isPainted }) => isPainted))
    return { ok: false, reason: 'not-a-gif' };
  return { ok: true, width, height, frames: frames.length, bytes: encode(picture) };
}

function readScreen(cursor: Cursor): Picture {
  const signature = String.fromCharCode(...cursor.take(6));
  if (signature !== 'GIF87a' && signature !== 'GIF89a') throw new Unreadable();
  const [width, height] = [cursor.word(), cursor.word()];
  const [flags, background, aspect] = [cursor.byte(), cursor.byte(), cursor.byte()];
  const colors = cursor.colors(flags);
  const none = { loops: undefined, frames: [], added: 0, pixels: 0, longestSide: 0, codes: 0 };
  return { width, height, flags, background, aspect, colors, ...none };
}

function* readBlocks(cursor: Cursor, picture: Picture): Generator<undefined, void> {
  /** The control that belongs to the next frame. A text between the two does not use it up: browsers ignore texts. */
  let control: Control | undefined;
  for (let blocks = 1; ; blocks++) {
    if (blocks % BLOCKS_PER_STEP === 0) yield;
    switch (cursor.byte()) {
      case EXTENSION:
        switch (cursor.byte()) {
          case CONTROL:
            control = readControl(cursor);
            break;
          case APPLICATION:
            readLoops(cursor, picture);
            break;
          default:
            cursor.skipSubBlocks();
        }
        break;
      case IMAGE:
        yield;
        addFrame(picture, yield* readFrame(cursor, control, picture));
        if (boundBrokenBy(picture) !== undefined) return;
        control = undefined;
        break;
      default:
        // The trailer. Browsers treat an unknown block in the same way: the file ends here.
        return;
    }
  }
}

function readControl(cursor: Cursor): Control {
  const size = cursor.byte();
  const flags = cursor.byte() & 0x1d;
  const delay = cursor.word();
  const transparent = cursor.byte();
  if (size !== 4 || cursor.byte() !== 0) throw new Unreadable();
  return { flags, delay, transparent: (flags & 1) === 0 ? 0 : transparent };
}

/** Reads an application extension. Browsers use only those that say how often to loop. */
function readLoops(cursor: Cursor, picture: Picture): void {
  const name = cursor.subBlock();
  if (name === undefined) return;
  const said = cursor.subBlock();
  if (said === undefined) return;
  const isAboutLoops = ['NETSCAPE2.0', 'ANIMEXTS1.0'].includes(String.fromCharCode(...name));
  const [what, low = 0, high = 0] = said;
  if (isAboutLoops && said.length === 3 && what === 1) picture.loops = low + high * 256;
  cursor.skipSubBlocks();
}

function* readFrame(
  cursor: Cursor,
  control: Control | undefined,
  picture: Picture,
): Generator<undefined, Frame> {
  const [left, top, width, height] = [cursor.word(), cursor.word(), cursor.word(), cursor.word()];
  const flags = cursor.byte();
  const colors = cursor.colors(flags);
  const codeSize = cursor.byte();
  if (codeSize > 8) throw new Unreadable();
  const { bytes, isWhole } = cursor.data();
  const pixels = new PackedPixels(bytes, codeSize, width * height);
  for (let isMore = true; isMore && picture.codes <= MAX_CODES;) {
    const codes = pixels.readSome();
    picture.codes += codes;
    isMore = codes === CODES_PER_STEP;
    if (isMore) yield;
  }
  if (!isWhole && pixels.count < width * height && picture.frames.length > 0) throw new Unreadable();
  return {
    ...{ control, left, top, width, height, colors, codeSize },
    // We keep the bits that have a meaning: interlaced or not, and, if there is a color table, its order and length.
    flags: flags & (colors.length > 0 ? 0xe7 : 0x40),
    packed: pixels.closed(),
    isPainted: pixels.count > 0,
  };
}

/**
 * The bound that this picture breaks. As long as no frame has a pixel, sizes are only claims, so only frames are counted.
 */
function boundBrokenBy(picture: Picture): GifBound | undefined {
  const { width, height, frames, added, pixels, longestSide, codes } = picture;
  if (codes > MAX_CODES) return 'codes';
  if (added > MAX_FRAMES) return 'frames';
  if (!frames.some(({ isPainted }) => isPainted)) return undefined;
  if (Math.max(width, height, longestSide) > MAX_SIDE) return 'side';
  if (pixels > MAX_PIXELS) return 'pixels';
  if (frames.length > 1 && width * height > MAX_MOVING_SCREEN) return 'screen';
  return undefined;
}
