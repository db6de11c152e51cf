/** What a GIF may be: reads a file as browsers do, and writes anew what could be read. */
import { Cursor, Unreadable } from './gif-cursor';
import { addFrame, encode, type Control, type Frame, type Picture } from './gif-picture';
import { PackedPixels } from './gif-pixels';

const MAX_SIDE = 4_096;
const MAX_FRAMES = 500;
/** Of all frames together: a file of 500 bytes can claim gigabytes of pixels. */
const MAX_PIXELS = 200_000_000;
/** Of the screen, where there is more than one frame: browsers keep several of such screens in memory. */
const MAX_MOVING_SCREEN = 8_000_000;

const EXTENSION = 0x21;
const CONTROL = 0xf9;
const APPLICATION = 0xff;
const IMAGE = 0x2c;

/** What a file can have too much of. That its bytes are too many is found while it arrives. */
export type GifBound = 'bytes' | 'side' | 'frames' | 'pixels' | 'screen';

export type GifReading =
  | { ok: true; width: number; height: number; frames: number; bytes: Uint8Array }
  | { ok: false; reason: 'not-a-gif' }
  | { ok: false; reason: 'too-large'; bound: GifBound };

/**
 * Reads blocks until one cannot be read. If the file ends within a frame, the frame is kept when all its pixels came, or
 * when it is the first, because browsers show the part of it that came. What was read is written as a canonical file:
 * header, color tables, how often to loop, and each frame behind its graphic control. Comments, texts, metadata, and
 * bytes between or behind blocks do not come along. Chromium shows the same frames for the same times of both files.
 * Read again, a canonical file gives the same bytes.
 *
 * Width and height are in pixels, as browsers show it: the screen, grown to the first frame. `not-a-gif`: no frame shows
 * anything. `too-large`: more than 4,096 px a side (of the screen or a frame), 500 frames, 200 million pixels of all
 * frames together, or 8 million pixels of the screen when there are two frames or more. Reading ends at the first frame
 * that breaks a bound.
 *
 * Yields after each block, and about every millisecond within one, so that the caller may let others have their turn.
 * @source https://www.w3.org/Graphics/GIF/spec-gif89a.txt; for what that leaves open, Chromium's decoder:
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
  const none = { loops: undefined, frames: [], added: 0, pixels: 0, longestSide: 0 };
  return { width, height, flags, background, aspect, colors, ...none };
}

function* readBlocks(cursor: Cursor, picture: Picture): Generator<undefined, void> {
  /** It is the next frame's. By the specification a text takes it, but browsers show no texts and keep it. */
  let control: Control | undefined;
  for (;;) {
    yield;
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
        addFrame(picture, yield* readFrame(cursor, control, picture.frames.length === 0));
        if (boundBrokenBy(picture) !== undefined) return;
        control = undefined;
        break;
      default:
        // The trailer, or something that ends the file for browsers as the trailer does.
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

/** Of all application extensions, only those that say how often to loop say anything to browsers. */
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
  isFirst: boolean,
): Generator<undefined, Frame> {
  const [left, top, width, height] = [cursor.word(), cursor.word(), cursor.word(), cursor.word()];
  const flags = cursor.byte();
  const colors = cursor.colors(flags);
  const codeSize = cursor.byte();
  if (codeSize > 8) throw new Unreadable();
  const { bytes, isWhole } = cursor.data();
  const pixels = new PackedPixels(bytes, codeSize, width * height);
  while (pixels.readSome()) yield;
  if (!isWhole && pixels.count < width * height && !isFirst) throw new Unreadable();
  return {
    ...{ control, left, top, width, height, colors, codeSize },
    // Whether it is interlaced, and of its color table that there is one, its order and length; other bits mean nothing.
    flags: flags & (colors.length > 0 ? 0xe7 : 0x40),
    packed: pixels.closed(),
    isPainted: pixels.count > 0,
  };
}

/** What is only claimed breaks no bound: a frame without pixels is no picture yet. */
function boundBrokenBy(picture: Picture): GifBound | undefined {
  const { width, height, frames, added, pixels, longestSide } = picture;
  if (added > MAX_FRAMES) return 'frames';
  if (!frames.some(({ isPainted }) => isPainted)) return undefined;
  if (Math.max(width, height, longestSide) > MAX_SIDE) return 'side';
  if (pixels > MAX_PIXELS) return 'pixels';
  if (frames.length > 1 && width * height > MAX_MOVING_SCREEN) return 'screen';
  return undefined;
}
