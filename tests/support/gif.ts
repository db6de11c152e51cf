/** GIFs for tests, written part by part: whole ones of any size that a header can claim, and whatever else there may be. */

export interface GifShape {
  width?: number;
  height?: number;
  frames?: number;
}

/** An animated GIF of one plain color a frame: black, red, green and blue in turn. */
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

/** How often to show it again, 0 for ever; by the name of Netscape's browser, or another one. */
export function loops(count: number, name = 'NETSCAPE2.0'): Buffer {
  return extension(0xff, bytes(name), bytes([1], word(count)));
}

export const loop = loops(0);
export const trailer = Buffer.from([0x3b]);

/** An extension of any label, with these sub-blocks. */
export function extension(label: number, ...blocks: Buffer[]): Buffer {
  return bytes([0x21, label], ...blocks.flatMap((block) => [[block.length], block]), [0]);
}

export const comment = (text: string): Buffer => bytes([0x21, 0xfe], subBlocks(Buffer.from(text)));

interface ControlShape {
  /** In hundredths of a second. */
  delay?: number;
  disposal?: number;
  /** The color that is none. */
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
  /** A color table of its own. */
  colors?: number[];
  codeSize?: number;
  /** Which pattern of the first four colors. */
  pattern?: number;
  /** How many pixels are in the data; as many as the area has, unless told otherwise. */
  count?: number;
  /** The data in its place. */
  data?: Buffer;
}

/** An image with its data: a pattern, so that no two images look the same. */
export function image(shape: ImageShape = {}): Buffer {
  const { left = 0, top = 0, width = 12, height = 9, interlaced = false, colors = [] } = shape;
  const { codeSize = 2, pattern = 0, count = width * height } = shape;
  const some = pixels(count, Math.min(4, 2 ** codeSize), pattern);
  const flags = tableFlags(colors) | (interlaced ? 0x40 : 0);
  const place = [left, top, width, height].map(word);
  return bytes([0x2c], ...place, [flags], colors, [codeSize], subBlocks(shape.data ?? lzw(some, codeSize)));
}

export function pixels(count: number, colors = 4, pattern = 0): number[] {
  return Array.from({ length: count }, (_, n) => (n * 7 + pattern * 3 + (n >> 2)) % colors);
}

/** A graphic control of a tenth of a second, then an image of one color; its size may be any. */
export function frame(width: number, height: number, color = 0): Buffer {
  return bytes(control(), image({ width, height, data: plain(width * height, color % 4), count: 0 }));
}

/** A chain of sub-blocks with its terminator. */
export function subBlocks(data: Buffer, length = 255): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += length) {
    const block = data.subarray(at, at + length);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

/** Parts one after another. */
export function bytes(...parts: (Uint8Array | readonly number[] | string)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))),
  );
}

/** Pixels in LZW. @param size of a pixel, in bits, from 1 on */
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

/** So many pixels of one color in LZW: each code is a run one longer than the last, until the table is full. */
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

/** Puts codes of any width one behind another, the low bits first. */
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

/** A table's flag and length, in the bits of both descriptors. */
function tableFlags(colors: readonly number[]): number {
  return colors.length === 0 ? 0 : 0x80 | (Math.log2(colors.length / 3) - 1);
}

function word(value: number): [number, number] {
  return [value & 255, value >> 8];
}
