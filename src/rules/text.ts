/** Text that people write: how it is cleaned before it is counted and kept. */

/**
 * A character that shows nothing: white space, control characters, and invisible ones that Unicode counts as letters or
 * marks (Hangul fillers, zero-width characters, an empty Braille cell). Variation selectors and tags are not among them,
 * because they change the character before them, as at the end of an emoji or a flag.
 * @source https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const BLANK =
  /^(?!\p{Variation_Selector}|[\u{E0020}-\u{E007F}])[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]$/u;
/** Control characters other than line feeds and tabs. They show nothing, and each would take six characters in JSON. */
const CONTROLS = /[^\P{Cc}\n\t]/gu;
const NOTHING_TO_SEE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * The text without blanks around it, with `\n` as its line ends, without other control characters but tabs, and without
 * broken surrogates. It is empty if nothing in it can be seen. The input's length is not checked yet, so the work must grow
 * only linearly with it; one regular expression that trims both ends would take quadratic time.
 */
export function tidy(text: string): string {
  const characters = Array.from(text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, ''));
  const isSeen = (character: string) => !BLANK.test(character);
  const kept = characters
    .slice(Math.max(0, characters.findIndex(isSeen)), characters.findLastIndex(isSeen) + 1)
    .join('');
  return NOTHING_TO_SEE.test(kept) ? '' : kept;
}
