import type { GifBound } from './gif';

/** Why something is refused. A code has one status (middlewares/errors.ts) and one text a language (locales). */
export const REFUSALS = [
  'BAD_REQUEST',
  'PASSWORD_NEEDED',
  'WRONG_PASSWORD',
  'NOT_ADMITTED',
  'BARRED',
  'FORBIDDEN',
  'CROSS_SITE',
  'ROOM_NOT_FOUND',
  'PAGE_NOT_FOUND',
  'ROOM_FULL',
  'ELSEWHERE',
  'TOO_LARGE',
  'NO_GIF',
  'NOT_A_GIF',
  'NO_GIFS_HERE',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

/** The one error that people are told about; everything else that is thrown is INTERNAL to them. */
export class Refusal extends Error {
  /** With TOO_LARGE: what a GIF has too much of. */
  readonly bound: GifBound | undefined;

  constructor(
    readonly code: RefusalCode,
    { bound, ...options }: ErrorOptions & { bound?: GifBound } = {},
  ) {
    super(code, options);
    this.name = 'Refusal';
    this.bound = bound;
  }
}
