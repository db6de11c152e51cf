/** Reads the parts of a GIF file one after another. */

/** The file ends too early, or the next bytes are not what a GIF has at this position. */
export class Unreadable extends Error {}

export class Cursor {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next byte. @throws Unreadable when the file ends here. All other methods but `data` do the same. */
  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Unreadable();
    this.#at++;
    return value;
  }

  /** The next 16 bits as a number, the low byte first. */
  word(): number {
    return this.byte() + this.byte() * 256;
  }

  /** The next `length` bytes. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Unreadable();
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** The color table. It is there only if the highest bit of the flags is set; the lowest three bits give its length. */
  colors(flags: number): Uint8Array {
    return this.take((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  }

  /** The next sub-block of a chain of sub-blocks; undefined at the end of the chain. */
  subBlock(): Uint8Array | undefined {
    const size = this.byte();
    return size === 0 ? undefined : this.take(size);
  }

  skipSubBlocks(): void {
    for (let size = this.byte(); size > 0; size = this.byte()) this.take(size);
  }

  /** The bytes of all sub-blocks of a chain, joined. `isWhole` is false if the file ends before the chain does. */
  data(): { bytes: Uint8Array; isWhole: boolean } {
    const file = this.#bytes;
    const start = this.#at;
    let total = 0;
    let at = start;
    for (let size = file[at]; size !== undefined && size > 0; size = file[at]) {
      total += size;
      at += size + 1;
    }
    const isWhole = at < file.length;
    const bytes = new Uint8Array(total - Math.max(0, at - file.length));
    // We copy byte by byte: sub-blocks can be so short that making a view of each would cost more than copying it.
    let from = start;
    for (let to = 0; to < bytes.length;) {
      const end = from + 1 + (file[from] ?? 0);
      for (from++; from < end && to < bytes.length; from++) bytes[to++] = file[from] ?? 0;
    }
    this.#at = Math.min(at + 1, file.length);
    return { bytes, isWhole };
  }
}
