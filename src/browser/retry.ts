/** Trying again. */

/** Whether the same may be tried again in a while. */
export function isTransient(answer: { ok: boolean; code?: string }): boolean {
  return !answer.ok && (answer.code === 'UNAVAILABLE' || answer.code === 'RATE_LIMITED');
}

/** Milliseconds to wait after so many tries: from about 1 s to about 15 s, not the same for all. */
export function backoff(tries: number): number {
  return Math.min(15_000, 1_000 * 2 ** tries) * (0.75 + Math.random() / 2);
}
