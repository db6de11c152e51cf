/** Asks the server whether this browser refuses its cookie. */
import { isError } from './incoming';
import { addressOf } from './site';

/** @returns what to say to a reader whose browser refuses the cookie; undefined if it does not, or if that is not known */
export async function cookieProblem(room: string): Promise<string | undefined> {
  try {
    const response = await fetch(addressOf(`/room/${room}?cookie=check`), {
      headers: { Accept: 'application/json' },
    });
    if (response.status !== 403) return undefined;
    const answer: unknown = await response.json();
    return isError(answer) && answer.error.code === 'NO_COOKIE' ? answer.error.message : undefined;
  } catch {
    return undefined;
  }
}
