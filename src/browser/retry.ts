/** Whether and when something is tried again. */

/** Whether the same request may succeed later. */
export function isTransient(answer: { ok: boolean; code?: string }): boolean {
  return !answer.ok && (answer.code === 'UNAVAILABLE' || answer.code === 'RATE_LIMITED');
}

/** Milliseconds to wait after so many tries: about 1 s at first, about 15 s at most, at random so that not all try at once. */
export function backoff(tries: number): number {
  return Math.min(15_000, 1_000 * 2 ** tries) * (0.75 + Math.random() / 2);
}
