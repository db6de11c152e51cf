import type { GifBound } from './gif';

/** Why something is refused. Each code has one status (middlewares/errors.ts) and one text in each language (locales). */
export type RefusalCode =
  | 'BAD_REQUEST'
  | 'PASSWORD_NEEDED'
  | 'WRONG_PASSWORD'
  | 'NOT_ADMITTED'
  | 'NO_COOKIE'
  | 'BARRED'
  | 'FORBIDDEN'
  | 'CROSS_SITE'
  | 'ROOM_NOT_FOUND'
  | 'PAGE_NOT_FOUND'
  | 'ROOM_FULL'
  | 'NAME_TAKEN'
  | 'ELSEWHERE'
  | 'TOO_LARGE'
  | 'ROOM_BYTES'
  | 'DISK_FULL'
  | 'NO_GIF'
  | 'NOT_A_GIF'
  | 'NO_GIFS_HERE'
  | 'RATE_LIMITED'
  | 'TOO_MANY_ROOMS'
  | 'NO_SEAT'
  | 'INTERNAL'
  | 'UNAVAILABLE';

interface Details {
  bound?: GifBound;
  field?: 'name';
  length?: number;
  retryAfter?: number;
}

/** The only error whose reason people see. They see every other error as INTERNAL. */
export class Refusal extends Error {
  /** With TOO_LARGE: the bound that a GIF breaks. */
  readonly bound: GifBound | undefined;
  /** With BAD_REQUEST: the field that is wrong. */
  readonly field: 'name' | undefined;
  /** With BAD_REQUEST: how many characters a chat has, if these are too many. */
  readonly length: number | undefined;
  /** With RATE_LIMITED: after how many seconds it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: RefusalCode,
    { bound, field, length, retryAfter, ...options }: ErrorOptions & Details = {},
  ) {
    super(code, options);
    this.name = 'Refusal';
    this.bound = bound;
    this.field = field;
    this.length = length;
    this.retryAfter = retryAfter;
  }
}
