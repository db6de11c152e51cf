/** A letter: a text or a GIF of mine that is to be sent, and what becomes of it. */

interface LetterBase {
  nonce: string;
  room: string;
  userId: string;
  /** When it was written, in ms of the device's clock, which may be set forward or back. */
  at: number;
  /** Letters are sent in this order: each has a higher number than the letters written before it. */
  order: number;
  failed?: Failed;
}
type TextLetter = LetterBase & { kind: 'chat'; chat: string };
export type GifLetter = LetterBase & { kind: 'gif'; gif: Blob };
export type Letter = TextLetter | GifLetter;

/** The letter is not sent again unless its writer says so. */
export interface Failed {
  what: 'failed';
  why: string;
  canRetry: boolean;
}

/** The letter cannot be sent now. It is tried again by itself, or at once if its writer says so. */
interface Waiting {
  what: 'waiting';
  why: string;
}

/** What becomes of a letter. `part` is how much of it is uploaded, 0 to 1. */
export type State =
  | { what: 'pending' }
  | { what: 'uploading'; part: number }
  | Waiting
  | { what: 'sent'; seq?: number }
  | Failed;

/** The server's answer to a letter. Undefined when no answer came. */
export type Result =
  { ok: true; seq?: number } | { ok: false; code: string; message: string; retryAfter?: number } | undefined;

export type Upload = (
  letter: GifLetter,
  onProgress: (part: number) => void,
  signal: AbortSignal,
) => Promise<Result>;
