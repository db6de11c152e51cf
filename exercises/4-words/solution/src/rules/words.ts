/** Words that nobody shall read in a room. */
const UNWANTED = /바보|멍청이|fool/giu;

/** The text with a `*` in the place of each character of such a word. */
export function withoutUnwanted(text: string): string {
  return text.replace(UNWANTED, (word) => '*'.repeat(word.length));
}
