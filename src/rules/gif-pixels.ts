/** The pixels of one frame as the file packs them (with LZW): finds where they end without unpacking them. */

/** A code has at most 12 bits. */
const MAX_WIDTH = 12;
const MAX_CODES = 1 << MAX_WIDTH;
/** About a millisecond of work. */
export const CODES_PER_STEP = 200_000;

/**
 * Reads codes and stops at the first of these: the end code, an undefined code, the end of the bytes, or the code that
 * fills the frame.
 *
 * A code stands for a string of pixels. The codes below `clear` stand for one pixel each. Every code that is read defines
 * one more string: the string of the code before it, and one more pixel. To count the pixels it is enough to remember the
 * length of each string. When there are too many strings for the width of the codes, the codes get one bit wider.
 * @source https://www.w3.org/Graphics/GIF/spec-gif89a.txt appendix F; where that leaves something open, Chromium's decoder:
 * https://github.com/google/wuffs/blob/main/std/lzw/decode_lzw.wuffs
 */
export class PackedPixels {
  /** How many pixels were counted. It is more than the frame has if the last string goes beyond the end of the frame. */
  count = 0;
  /** How many bits were read. */
  #at = 0;
  #width: number;
  /** The code of the string that is defined next. */
  #next: number;
  #previous: number;
  readonly #lengths = new Uint16Array(MAX_CODES);
  readonly #bytes: Uint8Array;
  readonly #area: number;
  readonly #clear: number;
  readonly #end: number;

  /** @param codeSize how many bits a pixel has, 0 to 8. @param area how many pixels the frame has. */
  constructor(bytes: Uint8Array, codeSize: number, area: number) {
    this.#bytes = bytes;
    this.#area = area;
    this.#clear = 1 << codeSize;
    this.#end = this.#clear + 1;
    this.#width = codeSize + 1;
    this.#next = this.#previous = this.#end;
    this.#lengths.fill(1, 0, this.#clear);
  }

  /** Reads at most `CODES_PER_STEP` codes. @returns how many. If it is less, nothing more can be read. */
  readSome(): number {
    // With local variables instead of fields this loop runs twice as fast.
    const [bytes, lengths, area, clear, end] = [
      this.#bytes,
      this.#lengths,
      this.#area,
      this.#clear,
      this.#end,
    ];
    const firstWidth = 32 - Math.clz32(clear);
    const length = bytes.length * 8;
    let [at, width, next, previous, count] = [this.#at, this.#width, this.#next, this.#previous, this.count];
    let left = CODES_PER_STEP;
    for (; left > 0 && count < area && at + width <= length; left--) {
      const from = at >>> 3;
      const three = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8) | ((bytes[from + 2] ?? 0) << 16);
      const code = (three >>> (at & 7)) & ((1 << width) - 1);
      if (code === end || code > next) break;
      at += width;
      if (code === clear) {
        width = firstWidth;
        next = previous = end;
        continue;
      }
      if (next < MAX_CODES) {
        lengths[next] = (lengths[previous] ?? 0) + 1;
        previous = code;
        next++;
        if (next >= 1 << width && width < MAX_WIDTH) width++;
      }
      count += lengths[code] ?? 0;
    }
    [this.#at, this.#width, this.#next, this.#previous, this.count] = [at, width, next, previous, count];
    return CODES_PER_STEP - left;
  }

  /**
   * The bytes that were read, with an end code behind them. One case has none: if pixels have 0 bits, the end code does
   * not fit into the width that codes have right after a clear code.
   */
  closed(): Uint8Array {
    const width = this.#end < 1 << this.#width ? this.#width : 0;
    const whole = this.#at >>> 3;
    const bitsLeft = this.#at & 7;
    const closed = new Uint8Array(Math.ceil((this.#at + width) / 8));
    closed.set(this.#bytes.subarray(0, whole));
    const tail =
      ((this.#bytes[whole] ?? 0) & ((1 << bitsLeft) - 1)) | (width === 0 ? 0 : this.#end << bitsLeft);
    for (let at = whole; at < closed.length; at++) closed[at] = tail >>> (8 * (at - whole));
    return closed;
  }
}
