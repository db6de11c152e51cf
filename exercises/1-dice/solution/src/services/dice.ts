/** The command `/dice`. */
import { randomInt } from 'node:crypto';

/**
 * The text that the room gets: for `/dice`, the number that was thrown. This is no rule, because a rule may be applied again
 * and must then make the same chat.
 */
export function afterThrow(text: string): string {
  return text === '/dice' ? `🎲 ${String(randomInt(1, 7))}` : text;
}
