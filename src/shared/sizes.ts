/** Sizes that the server and the pages' code must agree on. */

/** The length of the longest chat, counted by `lengthOf`. */
export const MAX_CHAT_LENGTH = 2_000;
/** The length of the longest name of a person, counted by `lengthOf`. */
export const MAX_NAME_LENGTH = 20;
/** The size of the largest GIF, in bytes. */
export const MAX_GIF_BYTES = 5 * 1024 * 1024;
/** A GIF is shown at most this large, in CSS px a side. */
const MAX_GIF_SIDE = 320;

/** How many characters a text has, about as people count them: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** How large a GIF is shown, in CSS px. The page has to know it before the GIF loads. @param gif the GIF's own size, in px */
export function shownSize(gif: { width: number; height: number }): { width: number; height: number } {
  const scale = Math.min(1, MAX_GIF_SIDE / Math.max(gif.width, gif.height));
  return { width: Math.round(gif.width * scale), height: Math.round(gif.height * scale) };
}
