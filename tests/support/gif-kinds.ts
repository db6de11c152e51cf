/** GIFs with one unusual feature each, and as real encoders write them; 12 × 9 pixels, if not unusual in size. */
import {
  bytes,
  comment,
  control,
  extension,
  frame,
  image,
  loop,
  loops,
  lzw,
  pixels,
  screen,
  subBlocks,
  trailer,
} from './gif';

type Kinds = Record<string, Buffer>;

const start = screen();
const first = bytes(control(), image());
const second = bytes(control({ delay: 20 }), image({ pattern: 1 }));
const third = bytes(control({ delay: 30 }), image({ pattern: 2 }));
const corner = image({ left: 2, top: 3, width: 5, height: 4, pattern: 1 });
const two = bytes(start, loop, first, second, trailer);
const GRAY = [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255];
const rainbow = (count: number) =>
  Array.from({ length: count }, (_, n) => [(n * 37) % 256, (n * 91) % 256, (n * 53) % 256]).flat();
const nothing = Buffer.alloc(0);
const empty = image({ width: 0, height: 0, data: nothing });
const withoutData = image({ data: nothing });
const archive = Buffer.from('PK\x03\x04 an archive that is no picture '.repeat(20), 'latin1');
const netscape = Buffer.from('NETSCAPE2.0');
const text = extension(0x01, Buffer.alloc(12), Buffer.from('text'));
const buffering = Buffer.from([2, 0, 0, 0, 1]);
/** XMP is text, no chain of sub-blocks. Its last 257 bytes lead a reader that takes it for such a chain to its end. */
const xmp = bytes(
  [0x21, 0xff, 11],
  'XMP DataXMP<x:xmpmeta xmlns:x="adobe:ns:meta/">where it was taken</x:xmpmeta>',
  [1],
  Array.from({ length: 256 }, (_, n) => 255 - n),
  [0],
);
/** Valid codes up to this byte, then codes that mean nothing. */
const damagedAt = (at: number) => bytes(lzw(pixels(108), 2).subarray(0, at), Buffer.alloc(9, 0xff));

/** Files that browsers show completely, or up to the place at which they stop reading. */
export const SHOWN: Kinds = {
  'one frame': bytes(start, first, trailer),
  'one frame without a control': bytes(start, image(), trailer),
  'two frames': two,
  'three frames': bytes(start, loop, first, second, third, trailer),
  'of 1987': bytes(screen({ version: 'GIF87a' }), image(), trailer),
  'of 1987, with what came in 1989': bytes(screen({ version: 'GIF87a' }), loop, first, second, trailer),
  'of one pixel': bytes(screen({ width: 1, height: 1 }), image({ width: 1, height: 1 }), trailer),
  'of a plain color': bytes(start, frame(12, 9, 2), trailer),
  'a background color': bytes(screen({ background: 2 }), control(), corner, second, trailer),

  'no color table': bytes(screen({ colors: [] }), first, second, trailer),
  'color tables of frames': bytes(start, control(), image({ colors: GRAY }), second, trailer),
  'color tables of frames only': bytes(screen({ colors: [] }), image({ colors: GRAY }), second, trailer),
  'a table of two colors': bytes(screen({ colors: rainbow(2) }), image({ codeSize: 1 }), trailer),
  'a table of 256 colors': bytes(screen({ colors: rainbow(256) }), image({ codeSize: 8 }), trailer),
  'colors beyond the table': bytes(screen({ colors: rainbow(2) }), image(), trailer),

  interlaced: bytes(start, image({ interlaced: true }), trailer),
  'interlaced frames with tables': bytes(
    ...[start, image({ interlaced: true, colors: GRAY }), control()],
    ...[image({ interlaced: true, left: 1, top: 1, width: 7, height: 7 }), trailer],
  ),
  transparent: bytes(start, control({ transparent: 1 }), image(), trailer),
  'transparent over what was there': bytes(
    start,
    first,
    control({ transparent: 0 }),
    image({ pattern: 1 }),
    trailer,
  ),
  'transparent by a color beyond the table': bytes(start, control({ transparent: 200 }), image(), trailer),
  'wholly transparent': bytes(start, control({ transparent: 0 }), frame(12, 9).subarray(8), second, trailer),

  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 6, 7].map((disposal) => [
      `disposal ${String(disposal)}`,
      bytes(
        start,
        loop,
        first,
        control({ disposal, delay: 20 }),
        corner,
        control(),
        image({ width: 3 }),
        trailer,
      ),
    ]),
  ),
  'disposal of the first frame': bytes(
    start,
    loop,
    control({ disposal: 2 }),
    image(),
    control(),
    corner,
    trailer,
  ),

  'delays of 0, 1 and 65535 hundredths': bytes(
    ...[start, loop, control({ delay: 0 }), image(), control({ delay: 1 }), image({ pattern: 1 })],
    ...[control({ delay: 65_535 }), image({ pattern: 2 }), trailer],
  ),
  'two controls for a frame': bytes(
    start,
    control({ delay: 50, disposal: 2, transparent: 1 }),
    first,
    second,
    trailer,
  ),
  'a control without a frame': bytes(start, first, second, control({ delay: 90 }), trailer),
  'a control that waits for a click': bytes(
    start,
    extension(0xf9, Buffer.from([2, 10, 0, 0])),
    image(),
    second,
    trailer,
  ),
  ...Object.fromEntries(
    [0, 1, 2, 65_535].map((count) => [
      `loops ${String(count)}`,
      bytes(start, loops(count), first, second, trailer),
    ]),
  ),
  'loops by another name': bytes(start, loops(4, 'ANIMEXTS1.0'), first, second, trailer),
  'loops by an unknown name': bytes(start, loops(4, 'NETSCAPE9.9'), first, second, trailer),
  'loops between frames': bytes(start, first, loops(4), second, trailer),
  'loops behind frames': bytes(start, first, second, loops(4), trailer),
  'loops twice': bytes(start, loops(4), first, second, loops(6), trailer),
  'loops between control and frame': bytes(start, control({ delay: 7 }), loops(4), image(), second, trailer),
  'loops and a size of a buffer': bytes(
    start,
    extension(0xff, netscape, bytes([1, 4, 0]), buffering),
    first,
    second,
    trailer,
  ),
  'a size of a buffer and loops': bytes(
    start,
    extension(0xff, netscape, buffering, bytes([1, 4, 0])),
    first,
    second,
    trailer,
  ),

  'a comment': bytes(start, comment('who made it'), loop, first, comment('; '.repeat(300)), second, trailer),
  'a text with its control': bytes(start, first, control({ delay: 70 }), text, second, trailer),
  'a text between control and frame': bytes(
    start,
    control({ delay: 70, transparent: 2 }),
    text,
    image(),
    second,
    trailer,
  ),
  XMP: bytes(start, xmp, loop, first, second, trailer),
  'a color profile': bytes(
    start,
    extension(0xff, Buffer.from('ICCRGBG1012'), Buffer.alloc(200, 7)),
    first,
    trailer,
  ),
  'an extension of no known label': bytes(
    start,
    extension(0x42, archive.subarray(0, 90)),
    first,
    second,
    trailer,
  ),
  'an extension of nothing': bytes(start, extension(0xff), extension(0xfe), first, second, trailer),

  'zeros behind the trailer': bytes(two, Buffer.alloc(2_900)),
  'a line end behind the trailer': bytes(two, '\r\n'),
  'an archive behind the trailer': bytes(two, archive),
  'a GIF behind the trailer': bytes(two, two),
  'no trailer': two.subarray(0, -1),
  'no trailer behind one frame': bytes(start, first),
  'a stray zero between blocks': bytes(start, loop, first, [0], second, trailer),
  'a stray line end between blocks': bytes(start, loop, first, '\n', second, trailer),
  'an archive between blocks': bytes(start, loop, first, archive, second, trailer),

  'an empty frame': bytes(start, first, control({ delay: 20 }), empty, third, trailer),
  'an empty frame with data': bytes(start, first, control(), image({ width: 0, height: 0 }), third, trailer),
  'an empty frame of some height': bytes(
    start,
    first,
    control(),
    image({ width: 0, height: 5 }),
    third,
    trailer,
  ),
  'an empty frame at the end': bytes(start, first, second, control({ delay: 40 }), empty, trailer),
  'an empty frame without a control': bytes(start, image(), empty, second, trailer),
  'an empty frame that disposes': bytes(start, first, control({ disposal: 2 }), empty, third, trailer),
  'an empty frame at the start': bytes(start, control({ delay: 5 }), empty, second, third, trailer),
  'empty frames in a row': bytes(start, first, control(), empty, control(), empty, third, trailer),
  'an empty frame behind one that is cleared': bytes(
    start,
    control({ disposal: 2 }),
    image(),
    control(),
    empty,
    third,
    trailer,
  ),
  'an empty frame behind one that is undone': bytes(
    start,
    first,
    control({ disposal: 3 }),
    corner,
    control(),
    empty,
    third,
    trailer,
  ),
  'empty frames for longer than a delay can be': bytes(
    ...[start, control({ delay: 60_000 }), image(), control({ delay: 50_000 }), empty, third, trailer],
  ),

  'a screen of 0 × 0': bytes(screen({ width: 0, height: 0 }), first, second, trailer),
  'a screen of 0 × 9': bytes(screen({ width: 0 }), first, trailer),
  'a screen of 1 × 1': bytes(screen({ width: 1, height: 1 }), first, second, trailer),
  'a first frame beyond the screen': bytes(
    screen({ width: 4, height: 4 }),
    image({ left: 3, top: 2 }),
    second,
    trailer,
  ),
  'a first frame smaller than the screen': bytes(start, corner, second, trailer),
  'a second frame beyond the screen': bytes(start, first, image({ left: 5, top: 5 }), third, trailer),
  'a second frame outside the screen': bytes(
    start,
    first,
    control(),
    image({ left: 12, top: 9 }),
    third,
    trailer,
  ),
  'a larger second frame': bytes(
    screen({ width: 3, height: 3 }),
    image({ width: 5, height: 4 }),
    second,
    trailer,
  ),

  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8].map((codeSize) => [
      `pixels of ${String(codeSize)} bits`,
      bytes(start, image({ codeSize }), trailer),
    ]),
  ),
  'pixels of 0 bits': bytes(start, image({ codeSize: 0, data: Buffer.alloc(300) }), second, trailer),
  'pixels of 1 bit in the second frame': bytes(start, first, image({ codeSize: 1 }), third, trailer),
  'more codes than 12 bits have': bytes(
    screen({ width: 300, height: 300, colors: rainbow(256) }),
    image({ width: 300, height: 300, codeSize: 8, data: lzw(noise(90_000), 8) }),
    trailer,
  ),
  'no clear code at the start': bytes(
    start,
    image({ data: lzw(pixels(108), 2, { clears: false }) }),
    second,
    trailer,
  ),
  'no end code': bytes(start, image({ data: lzw(pixels(108), 2, { ends: false }) }), second, trailer),
  'only a part of the end code': bytes(
    start,
    image({ data: lzw(pixels(108), 2).subarray(0, -1) }),
    second,
    trailer,
  ),
  'sub-blocks of one byte': bytes(
    start,
    image().subarray(0, 11),
    subBlocks(lzw(pixels(108), 2), 1),
    second,
    trailer,
  ),
  'more pixels than the frame has': bytes(start, image({ count: 300 }), second, trailer),
  'an archive behind the end code': bytes(
    start,
    image({ data: bytes(lzw(pixels(108), 2), archive) }),
    second,
    trailer,
  ),
  'an archive behind the last pixel': bytes(
    ...[start, image({ data: bytes(lzw(pixels(108), 2, { ends: false }), archive) }), second, trailer],
  ),

  'a cut in the descriptor of the second frame': bytes(start, loop, first, second.subarray(0, 8 + 5)),
  'a cut in the control of the second frame': bytes(start, loop, first, second.subarray(0, 4)),
  'a cut in an extension': bytes(start, loop, first, comment('who made it').subarray(0, 7)),
  'a cut in the loops': bytes(start, first, loops(3).subarray(0, 17)),
  'a cut behind the loops': bytes(start, loops(4), first, second, loops(3).subarray(0, -1)),
  'a second control of five bytes': bytes(start, first, [0x21, 0xf9, 5], second.subarray(3), trailer),
  'a second control without an end': bytes(
    start,
    first,
    second.subarray(0, 7),
    [9],
    second.subarray(8),
    trailer,
  ),

  'as gifsicle writes': bytes(
    ...[screen({ colors: rainbow(8) }), loop, control({ disposal: 1, delay: 8 }), image({ codeSize: 3 })],
    ...[control({ disposal: 1, delay: 8, transparent: 5 }), corner, trailer],
  ),
  'as ImageMagick writes': bytes(
    ...[
      screen({ colors: rainbow(256) }),
      loop,
      control({ delay: 8 }),
      image({ codeSize: 8 }),
      control({ delay: 8 }),
    ],
    ...[
      image({ codeSize: 8, colors: rainbow(256), left: 1, width: 4 }),
      comment('made by ImageMagick'),
      trailer,
    ],
  ),
  'as Photoshop writes': bytes(
    ...[screen({ colors: rainbow(64) }), loop, xmp, control({ delay: 6, disposal: 2, transparent: 3 })],
    ...[
      image({ codeSize: 6 }),
      control({ delay: 6, disposal: 2, transparent: 3 }),
      image({ codeSize: 6, pattern: 2 }),
    ],
    trailer,
  ),
  'as ffmpeg writes': bytes(
    ...[
      screen({ colors: [] }),
      loop,
      control({ delay: 4, disposal: 1 }),
      image({ codeSize: 8, colors: rainbow(256) }),
    ],
    ...[
      control({ delay: 4, disposal: 1, transparent: 255 }),
      image({ codeSize: 8, left: 3, width: 6 }),
      trailer,
    ],
  ),
  'as gif.js writes': bytes(
    ...[screen({ colors: [] }), loop, control({ delay: 50 }), image({ colors: rainbow(256), codeSize: 8 })],
    ...[control({ delay: 50 }), image({ colors: rainbow(256), codeSize: 8, pattern: 2 }), trailer],
    Buffer.alloc(2_900),
  ),
};

/** Files that browsers show in part: they begin to decode a frame, but its data is broken. */
export const BROKEN: Kinds = {
  'a cut in the data of the first frame': bytes(start, first).subarray(0, -9),
  'a cut before the end of the first frame': bytes(start, first).subarray(0, -1),
  'a cut in the data of the second frame': bytes(start, loop, first, second).subarray(0, -9),
  'a cut before the end of the second frame': bytes(start, loop, first, second).subarray(0, -1),
  'a cut before the data of the second frame': bytes(start, loop, first, second.subarray(0, 8 + 11)),
  'a second frame without data': bytes(start, first, control({ delay: 20 }), withoutData, third, trailer),
  'a last frame without data': bytes(start, first, second, control({ delay: 20 }), withoutData, trailer),
  'a first frame without data': bytes(start, control({ delay: 20 }), withoutData, second, trailer),
  'a frame without data behind one that is cleared': bytes(
    ...[start, control({ disposal: 2 }), image(), control(), withoutData, third, trailer],
  ),
  'a frame without data that clears': bytes(
    start,
    first,
    control({ disposal: 2 }),
    withoutData,
    corner,
    trailer,
  ),
  'a frame of nothing but an end code': bytes(start, first, image({ count: 0 }), third, trailer),
  'too few pixels': bytes(start, image({ count: 50 }), trailer),
  'too few pixels in the first frame': bytes(start, image({ count: 50 }), second, trailer),
  'too few pixels in the second frame': bytes(start, first, image({ count: 50 }), third, trailer),
  'too few pixels and no end code': bytes(
    start,
    image({ data: lzw(pixels(50), 2, { ends: false }) }),
    second,
    trailer,
  ),
  'one pixel': bytes(start, image({ count: 1 }), trailer),
  'too few pixels of an interlaced frame': bytes(start, image({ count: 50, interlaced: true }), trailer),
  'a code of nothing': bytes(start, image({ data: damagedAt(20) }), second, trailer),
  'a code of nothing after a pixel': bytes(start, image({ data: damagedAt(1) }), second, trailer),
  'a code of nothing in the second frame': bytes(start, first, image({ data: damagedAt(9) }), third, trailer),
  'a first frame of a code of nothing': bytes(start, image({ data: damagedAt(0) }), second, trailer),
  'pixels of 9 bits in the second frame': bytes(start, first, image({ codeSize: 9 }), third, trailer),
  'pixels of 0 bits that end early': bytes(
    start,
    image({ codeSize: 0, data: Buffer.from([0xaa, 0xaa]) }),
    trailer,
  ),
};

/** Files of which browsers show nothing. */
export const UNSEEN: Kinds = {
  nothing,
  'a page': Buffer.from('<script>alert(1)</script>'),
  'another picture': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  'a signature of no known version': bytes(screen({ version: 'GIF90a' }), first, trailer),
  'a page behind a signature': Buffer.from('GIF89a<script>alert(1)</script>'),
  'a cut in the screen': start.subarray(0, 9),
  'a cut in the color table': start.subarray(0, 20),
  'a cut behind the screen': start,
  'a cut in the first control': bytes(start, first).subarray(0, start.length + 4),
  'a cut in the first descriptor': bytes(start, first).subarray(0, start.length + 8 + 5),
  'a cut in the first frame’s color table': bytes(start, image({ colors: GRAY })).subarray(
    0,
    start.length + 15,
  ),
  'a cut before the first code size': bytes(start, image()).subarray(0, start.length + 10),
  'a cut before the first data': bytes(start, image()).subarray(0, start.length + 11),
  'a cut before the first code': bytes(start, image()).subarray(0, start.length + 12),
  'no frame': bytes(start, trailer),
  'no frame but loops': bytes(start, loop, trailer),
  'no frame but a comment': bytes(start, comment('no picture'), trailer),
  'a stray zero before the first frame': bytes(start, [0], first, trailer),
  'a first control of five bytes': bytes(start, [0x21, 0xf9, 5], first.subarray(3), trailer),
  'one empty frame': bytes(start, empty, trailer),
  'one frame without data': bytes(start, withoutData, trailer),
  'one frame of a code of nothing': bytes(start, image({ data: damagedAt(0) }), trailer),
  'a screen and a frame of nothing': bytes(screen({ width: 0, height: 0 }), empty, second, trailer),
  ...Object.fromEntries(
    [9, 12, 255].map((codeSize) => [
      `pixels of ${String(codeSize)} bits`,
      bytes(start, image({ codeSize, data: lzw(pixels(108), 2) }), trailer),
    ]),
  ),
};

/** Pixels in an order with hardly any repetition, so that LZW needs a new code for nearly every pixel. */
function noise(count: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => (state = (state * 48_271) % 0x7fffffff) & 255);
}
