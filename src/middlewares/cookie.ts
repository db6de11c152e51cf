/** Reads the cookies of a request other than the session's, which express-session reads. */
import type { IncomingMessage } from 'node:http';

/** @returns the value as it was sent; undefined if there is none */
export function cookieOf({ headers: { cookie = '' } }: IncomingMessage, name: string): string | undefined {
  return cookie
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];
}
