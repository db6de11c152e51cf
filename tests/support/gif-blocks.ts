/** Reads the blocks of a GIF and allows no deviation from the format, to check the files that we write ourselves. */

type Block = 'loops' | 'control' | 'image';

/**
 * @returns the kinds of the blocks between the logical screen and the trailer, in order.
 * @throws when there is any other block, or when one is longer or shorter than it must be.
 */
export function blocksOf(bytes: Buffer): Block[] {
  const blocks: Block[] = [];
  expectText(bytes, 0, 'GIF89a');
  let at = 13 + tableLength(bytes[10]);
  while (bytes[at] !== 0x3b) {
    const block = blockAt(bytes, at);
    blocks.push(block.kind);
    at = block.end;
  }
  if (at !== bytes.length - 1) throw new Error(`${String(bytes.length - at - 1)} bytes behind the trailer`);
  return blocks;
}

function blockAt(bytes: Buffer, at: number): { kind: Block; end: number } {
  switch (bytes.readUInt16BE(at)) {
    case 0x21f9:
      if (bytes[at + 2] !== 4 || bytes[at + 7] !== 0) throw new Error('a control of another length');
      if ((bytes.readUInt8(at + 3) & ~0x1d) !== 0) throw new Error('a control with bits that mean nothing');
      return { kind: 'control', end: at + 8 };
    case 0x21ff:
      expectText(bytes, at + 2, '\x0bNETSCAPE2.0\x03\x01');
      if (bytes[at + 18] !== 0) throw new Error('loops of another length');
      return { kind: 'loops', end: at + 19 };
    default:
      if (bytes[at] !== 0x2c) throw new Error(`a block that begins with ${String(bytes[at])}`);
      return { kind: 'image', end: dataEnd(bytes, at + 10 + tableLength(bytes[at + 9]) + 1) };
  }
}

/** Where a chain of sub-blocks ends. @throws unless all but the last are 255 bytes long, the longest possible. */
function dataEnd(bytes: Buffer, at: number): number {
  const size = bytes.readUInt8(at);
  if (size === 0) return at + 1;
  if (size < 255 && bytes[at + 1 + size] !== 0) throw new Error('sub-blocks that could be one');
  return dataEnd(bytes, at + 1 + size);
}

function tableLength(flags = 0): number {
  return flags < 0x80 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function expectText(bytes: Buffer, at: number, text: string): void {
  const found = bytes.toString('latin1', at, at + text.length);
  if (found !== text) throw new Error(`${found} in place of ${text}`);
}
