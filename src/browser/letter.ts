/** A letter: a text or a GIF of mine that is to be sent, and what becomes of it. */

interface LetterBase {
  nonce: string;
  room: string;
  userId: string;
  /** In ms of a clock that may jump. */
  at: number;
  /** Each letter has a higher one than those before it. */
  order: number;
  failed?: Failed;
}
type TextLetter = LetterBase & { kind: 'chat'; chat: string };
export type GifLetter = LetterBase & { kind: 'gif'; gif: Blob };
export type Letter = TextLetter | GifLetter;

/** It is not tried again unless its writer says so. */
export interface Failed {
  what: 'failed';
  why: string;
  canRetry: boolean;
}

/** It does not get through now. It is tried again by itself, and at once if its writer says so. */
interface Waiting {
  what: 'waiting';
  why: string;
}

/** `part` is 0 to 1. */
export type State =
  | { what: 'pending' }
  | { what: 'uploading'; part: number }
  | Waiting
  | { what: 'sent'; seq?: number }
  | Failed;

/** Undefined when no answer came. */
export type Result =
  { ok: true; seq?: number } | { ok: false; code: string; message: string; retryAfter?: number } | undefined;

export type Upload = (
  letter: GifLetter,
  onProgress: (part: number) => void,
  signal: AbortSignal,
) => Promise<Result>;
