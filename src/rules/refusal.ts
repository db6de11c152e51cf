import type { GifBound } from './gif';

/** Why something is refused. Each code has one status (middlewares/errors.ts) and one text in each language (locales). */
export type RefusalCode =
  | 'BAD_REQUEST'
  | 'PASSWORD_NEEDED'
  | 'WRONG_PASSWORD'
  | 'NOT_ADMITTED'
  | 'BARRED'
  | 'FORBIDDEN'
  | 'CROSS_SITE'
  | 'ROOM_NOT_FOUND'
  | 'PAGE_NOT_FOUND'
  | 'ROOM_FULL'
  | 'NAME_TAKEN'
  | 'ELSEWHERE'
  | 'TOO_LARGE'
  | 'NO_GIF'
  | 'NOT_A_GIF'
  | 'NO_GIFS_HERE'
  | 'RATE_LIMITED'
  | 'INTERNAL'
  | 'UNAVAILABLE';

/** The only error whose reason people see. They see every other error as INTERNAL. */
export class Refusal extends Error {
  /** With TOO_LARGE: the bound that a GIF breaks. */
  readonly bound: GifBound | undefined;
  /** With BAD_REQUEST: the field that is wrong. */
  readonly field: 'name' | undefined;

  constructor(
    readonly code: RefusalCode,
    { bound, field, ...options }: ErrorOptions & { bound?: GifBound; field?: 'name' } = {},
  ) {
    super(code, options);
    this.name = 'Refusal';
    this.bound = bound;
    this.field = field;
  }
}
