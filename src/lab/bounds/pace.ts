/** How fast one connection may speak. */

/**
 * A bucket of `perSecond` messages that fills again evenly, so that a short burst is allowed and a steady flood is not.
 * @returns takes one message out and says whether there was none left.
 */
export function createPace(perSecond: number): () => boolean {
  let left = perSecond;
  let last = performance.now();
  return () => {
    const now = performance.now();
    left = Math.min(perSecond, left + ((now - last) / 1_000) * perSecond);
    last = now;
    if (left < 1) return true;
    left -= 1;
    return false;
  };
}
