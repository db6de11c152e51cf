/** Small GIFs for tests, whole and decodable, of any size that a header can claim. */

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
  const colors = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];
  return Buffer.from([...Buffer.from('GIF89a'), ...word(width), ...word(height), 0x91, 0, 0, ...colors]);
}

export const loop = Buffer.from([0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0]);
export const trailer = Buffer.from([0x3b]);

/** A graphic control of a tenth of a second, then the image. */
export function frame(width: number, height: number, color = 0): Buffer {
  const control = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
  const descriptor = [0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0];
  return Buffer.concat([
    Buffer.from([...control, ...descriptor, 2]),
    subBlocks(plain(width * height, color % 4)),
  ]);
}

/** A chain of sub-blocks with its terminator. */
export function subBlocks(data: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

/** So many pixels of one color in LZW: each code is a run one longer than the last, until the table is full. */
function plain(pixels: number, color: number): Buffer {
  const [clear, end] = [4, 5];
  const bytes: number[] = [];
  let [held, bits, width] = [0, 0, 3];
  const emit = (code: number) => {
    held |= code << bits;
    for (bits += width; bits >= 8; bits -= 8, held >>>= 8) bytes.push(held & 255);
  };
  for (let left = pixels; left > 0;) {
    emit(clear);
    width = 3;
    let next = 6;
    emit(color);
    left -= 1;
    while (left > 0 && next < 4_096) {
      const run = Math.min(next - 4, left);
      emit(run === 1 ? color : run + 4);
      left -= run;
      next += 1;
      if (next === 1 << width && width < 12) width += 1;
    }
  }
  emit(end);
  if (bits > 0) bytes.push(held);
  return Buffer.from(bytes);
}

function word(value: number): [number, number] {
  return [value & 255, value >> 8];
}
