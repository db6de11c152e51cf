/** A tarpit, as this is known: who asks too often gets each refusal late. */
import { setTimeout as wait } from 'node:timers/promises';

/** How late, in ms. A person who is refused hardly minds. */
const LATE = 1_000;

/**
 * Resolves when the refusal may be sent. A program that floods us must wait for each of its answers, so it keeps the process
 * much less busy than if it were refused at once. How many refusals wait is bounded by how many we can make in a second.
 */
export function tarpit(): Promise<void> {
  return wait(LATE);
}
