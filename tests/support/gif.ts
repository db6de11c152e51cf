/** Builds GIFs for tests, as a whole or part by part, correct or broken. */

interface GifShape {
  width?: number;
  height?: number;
  frames?: number;
}

/** An animated GIF whose frames have one color each: black, red, green and blue in turn. */
export function gif({ width = 4, height = 4, frames = 2 }: GifShape = {}): Buffer {
  const images = Array.from({ length: frames }, (_, n) => frame(width, height, n));
  return Buffer.concat([header(width, height), loop, ...images, trailer]);
}

/** Signature, logical screen, and a global table of four colors. */
export function header(width: number, height: number): Buffer {
  return screen({ width, height });
}

const COLORS = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];

/** Signature, logical screen and, unless there are to be none, a global table of these colors. */
export function screen({ width = 12, height = 9, version = 'GIF89a', colors = COLORS, background = 0 } = {}) {
  const flags = 0x10 | tableFlags(colors);
  return bytes(version, word(width), word(height), [flags, background, 0], colors);
}

/** Says how often to repeat the animation, 0 for ever. The extension is named after Netscape's browser, or otherwise. */
export function loops(count: number, name = 'NETSCAPE2.0'): Buffer {
  return extension(0xff, bytes(name), bytes([1], word(count)));
}

export const loop = loops(0);
export const trailer = Buffer.from([0x3b]);

/** An extension with this label and these sub-blocks. */
export function extension(label: number, ...blocks: Buffer[]): Buffer {
  return bytes([0x21, label], ...blocks.flatMap((block) => [[block.length], block]), [0]);
}

export const comment = (text: string): Buffer => bytes([0x21, 0xfe], subBlocks(Buffer.from(text)));

interface ControlShape {
  /** In hundredths of a second. */
  delay?: number;
  disposal?: number;
  /** The number of the color that is transparent. */
  transparent?: number;
}

/** A graphic control: how the next image is shown. */
export function control({ delay = 10, disposal = 0, transparent }: ControlShape = {}): Buffer {
  const flags = (disposal << 2) | (transparent === undefined ? 0 : 1);
  return extension(0xf9, bytes([flags], word(delay), [transparent ?? 0]));
}

interface ImageShape {
  left?: number;
  top?: number;
  width?: number;
  height?: number;
  interlaced?: boolean;
  /** The frame's own color table. */
  colors?: number[];
  codeSize?: number;
  /** The number of a pattern of the first four colors; frames with other numbers look different. */
  pattern?: number;
  /** How many pixels the data has; by default as many as the area has. */
  count?: number;
  /** LZW data to use in place of the pattern. */
  data?: Buffer;
}

/** An image whose pixels form a pattern, so that two images can be told apart. */
export function image(shape: ImageShape = {}): Buffer {
  const { left = 0, top = 0, width = 12, height = 9, interlaced = false, colors = [] } = shape;
  const { codeSize = 2, pattern = 0, count = width * height } = shape;
  const some = () => lzw(pixels(count, Math.min(4, 2 ** codeSize), pattern), codeSize);
  const flags = tableFlags(colors) | (interlaced ? 0x40 : 0);
  const place = [left, top, width, height].map(word);
  return bytes([0x2c], ...place, [flags], colors, [codeSize], subBlocks(shape.data ?? some()));
}

export function pixels(count: number, colors = 4, pattern = 0): number[] {
  const all: number[] = [];
  for (let n = 0; n < count; n += 1) all.push((n * 7 + pattern * 3 + (n >> 2)) % colors);
  return all;
}

/** A graphic control with a delay of a tenth of a second, then an image of one color and of any size. */
export function frame(width: number, height: number, color = 0): Buffer {
  return bytes(control(), image({ width, height, data: plain(width * height, color % 4), count: 0 }));
}

/** Data as a chain of sub-blocks, with the terminator. */
export function subBlocks(data: Buffer, length = 255): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += length) {
    const block = data.subarray(at, at + length);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

/** Joins parts into one buffer. */
export function bytes(...parts: (Uint8Array | readonly number[] | string)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))),
  );
}

/** Pixels compressed by LZW. @param size of a pixel, in bits, at least 1. */
export function lzw(pixels: readonly number[], size: number, { clears = true, ends = true } = {}): Buffer {
  const [clear, end] = [1 << size, (1 << size) + 1];
  const codes = packer();
  const strings = new Map<string, number>();
  let width = size + 1;
  let next = end;
  const emit = (code: number) => {
    codes.emit(code, width);
    next += 1;
    if (next === 1 << width && width < 12) width += 1;
  };
  if (clears) codes.emit(clear, width);
  let held = '';
  for (const pixel of pixels) {
    const longer = `${held} ${String(pixel)}`;
    if (held === '' || strings.has(longer)) {
      held = longer;
      continue;
    }
    emit(strings.get(held) ?? Number(held));
    if (next < 4_096) strings.set(longer, next);
    else {
      codes.emit(clear, width);
      strings.clear();
      [width, next] = [size + 1, end];
    }
    held = ` ${String(pixel)}`;
  }
  if (held !== '') emit(strings.get(held) ?? Number(held));
  if (ends) codes.emit(end, width);
  return codes.packed();
}

/** Pixels of one color compressed by LZW: each code stands for one pixel more than the last, until the table is full. */
function plain(pixels: number, color: number): Buffer {
  const [clear, end] = [4, 5];
  const codes = packer();
  let width = 3;
  for (let left = pixels; left > 0;) {
    codes.emit(clear, width);
    width = 3;
    let next = 6;
    codes.emit(color, width);
    left -= 1;
    while (left > 0 && next < 4_096) {
      const run = Math.min(next - 4, left);
      codes.emit(run === 1 ? color : run + 4, width);
      left -= run;
      next += 1;
      if (next === 1 << width && width < 12) width += 1;
    }
  }
  codes.emit(end, width);
  return codes.packed();
}

/** Packs codes of any number of bits one behind another, the low bits first. */
export function packer() {
  const packed: number[] = [];
  let [held, count] = [0, 0];
  return {
    emit(code: number, width: number) {
      held |= code << count;
      for (count += width; count >= 8; count -= 8, held >>>= 8) packed.push(held & 255);
    },
    packed: () => Buffer.from(count > 0 ? [...packed, held & 255] : packed),
  };
}

/** The bits of a descriptor that say that a color table follows, and how long it is. */
function tableFlags(colors: readonly number[]): number {
  return colors.length === 0 ? 0 : 0x80 | (Math.log2(colors.length / 3) - 1);
}

function word(value: number): [number, number] {
  return [value & 255, value >> 8];
}
