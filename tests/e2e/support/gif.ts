/** A GIF that is pleasant to look at: a ball hops over a gradient. */

const WIDTH = 240;
const HEIGHT = 160;
const FRAMES = 8;
const BALL = 127;

/**
 * 128 colors written as 8-bit codes, with a clear code before the table grows to 9 bits: LZW without a dictionary.
 * @source https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function ballGif(): Buffer {
  const u16 = (value: number) => [value & 255, value >> 8];
  const palette = Array.from({ length: 128 }, (_, n) =>
    n === BALL ? [255, 255, 255] : [251 - n * 0.67, 194 - n * 0.01, 235 + n * 0.02].map(Math.round),
  );
  const header = [...Buffer.from('GIF89a'), ...u16(WIDTH), ...u16(HEIGHT), 0xf6, 0, 0, ...palette.flat()];
  const forEver = [0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0];
  const frames = Array.from({ length: FRAMES }, (_, at) => [
    ...[0x21, 0xf9, 4, 0, 12, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, ...u16(WIDTH), ...u16(HEIGHT), 0],
    ...[7, ...blocks(codes(pixels(at))), 0],
  ]);
  return Buffer.from([...header, ...forEver, ...frames.flat(), 0x3b]);
}

function pixels(frame: number): number[] {
  const phase = (frame / FRAMES) * 2 * Math.PI;
  const center = { x: WIDTH / 2 + 70 * Math.sin(phase), y: 100 - 50 * Math.abs(Math.cos(phase)) };
  return Array.from({ length: WIDTH * HEIGHT }, (_, n) => {
    const [x, y] = [n % WIDTH, Math.floor(n / WIDTH)];
    return Math.hypot(x - center.x, y - center.y) < 22 ? BALL : Math.floor((y / HEIGHT) * BALL);
  });
}

function codes(colors: number[]): number[] {
  const [clear, end] = [128, 129];
  return [...colors.flatMap((color, n) => (n % 120 === 0 ? [clear, color] : [color])), end];
}

function blocks(bytes: number[]): number[] {
  const starts = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, n) => n * 255);
  return starts.flatMap((start) => {
    const block = bytes.slice(start, start + 255);
    return [block.length, ...block];
  });
}
