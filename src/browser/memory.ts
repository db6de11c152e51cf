/** What the browser remembers of its reader, for all rooms: short texts. Where it stores nothing, it remembers nothing. */

type Thing = 'name' | 'still GIFs' | 'question mark';

/** The remembered text; empty if there is none. */
export function recall(thing: Thing): string {
  try {
    return localStorage.getItem(thing) ?? '';
  } catch {
    return '';
  }
}

/** Remembers a text until it is replaced. @param text empty to forget it */
export function remember(thing: Thing, text: string): void {
  try {
    if (text === '') localStorage.removeItem(thing);
    else localStorage.setItem(thing, text);
  } catch {
    // The storage is full or forbidden: everything works without it.
  }
}
