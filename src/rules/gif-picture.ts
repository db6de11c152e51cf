/** A GIF as a value: its screen and its frames, and how they are written to a file. */

/** The longest delay that a frame can have, in hundredths of a second. */
const MAX_DELAY = 0xffff;

export interface Picture {
  /**
   * Width and height of the screen in pixels. If the first frame is larger than the screen, browsers enlarge the screen.
   */
  width: number;
  height: number;
  flags: number;
  background: number;
  aspect: number;
  colors: Uint8Array;
  /** How often the frames are shown again, 0 for ever; undefined if the file does not say so. */
  loops: number | undefined;
  frames: Frame[];
  /** How many frames were read. Some are not in `frames`, because they only made the delay of another frame longer. */
  added: number;
  /** The number of pixels of all frames together. */
  pixels: number;
  /** The longest side of any frame, in pixels. */
  longestSide: number;
  /** The number of LZW codes that were read, for all frames together. */
  codes: number;
}

/** The graphic control of a frame: how long the frame is shown, and what comes after it. */
export interface Control {
  /** The bits for disposal and transparency. */
  flags: number;
  /** In hundredths of a second. */
  delay: number;
  transparent: number;
}

export interface Frame {
  control: Control | undefined;
  left: number;
  top: number;
  width: number;
  height: number;
  flags: number;
  colors: Uint8Array;
  codeSize: number;
  /** The pixels, packed with LZW, with an end code. */
  packed: Uint8Array;
  /** Whether the file has at least one pixel of this frame. */
  isPainted: boolean;
}

/** Adds a frame. If the picture looks the same without it, only its delay is added to the delay of the frame before. */
export function addFrame(picture: Picture, frame: Frame): void {
  const { frames } = picture;
  picture.added++;
  const before = frames.at(-1);
  if (before === undefined) {
    picture.width = Math.max(picture.width, frame.left + frame.width);
    picture.height = Math.max(picture.height, frame.top + frame.height);
  } else if (isOnlyADelay(frame, before)) {
    const control = before.control ?? { flags: 0, delay: 0, transparent: 0 };
    before.control = { ...control, delay: control.delay + delayOf(frame) };
    return;
  }
  frames.push(frame);
  picture.pixels += frame.width * frame.height;
  picture.longestSide = Math.max(picture.longestSide, frame.width, frame.height);
}

function isOnlyADelay(frame: Frame, before: Frame): boolean {
  const changesNothing = !frame.isPainted && (stays(frame) || frame.width === 0 || frame.height === 0);
  return changesNothing && stays(before) && delayOf(before) + delayOf(frame) <= MAX_DELAY;
}

/**
 * Whether the next frame is painted over this one. With disposal 2 this frame is cleared first, and with disposal 3 (in
 * browsers also 4) it is undone first.
 */
function stays({ control }: Frame): boolean {
  const disposal = ((control?.flags ?? 0) >> 2) & 7;
  return disposal < 2 || disposal > 4;
}

function delayOf({ control }: Frame): number {
  return control?.delay ?? 0;
}

/** The file of a picture. @source https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function encode(picture: Picture): Uint8Array {
  const { width, height, flags, background, aspect, colors, loops, frames } = picture;
  const screen = Uint8Array.of(...word(width), ...word(height), flags, background, aspect);
  const parts = [Buffer.from('GIF89a'), screen, colors];
  if (loops !== undefined)
    parts.push(Uint8Array.of(0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, ...word(loops), 0));
  for (const frame of frames) parts.push(...encodeFrame(frame));
  parts.push(Uint8Array.of(0x3b));
  return Buffer.concat(parts);
}

function encodeFrame({ control, ...frame }: Frame): Uint8Array[] {
  const parts: Uint8Array[] = [];
  if (control !== undefined) {
    const { flags, delay, transparent } = control;
    parts.push(Uint8Array.of(0x21, 0xf9, 4, flags, ...word(delay), transparent, 0));
  }
  const position = [frame.left, frame.top, frame.width, frame.height].flatMap(word);
  parts.push(Uint8Array.of(0x2c, ...position, frame.flags), frame.colors, Uint8Array.of(frame.codeSize));
  for (let at = 0; at < frame.packed.length; at += 255) {
    const block = frame.packed.subarray(at, at + 255);
    parts.push(Uint8Array.of(block.length), block);
  }
  parts.push(Uint8Array.of(0));
  return parts;
}

function word(value: number): [number, number] {
  return [value & 255, value >> 8];
}
