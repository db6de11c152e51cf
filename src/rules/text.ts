/** Text that people write, as it is counted and kept. */

/**
 * White space, control characters, and what shows nothing though Unicode counts it as letters or marks (Hangul fillers,
 * zero widths, an empty Braille cell); not what changes the character before it, as at the end of an emoji or a flag.
 * @source https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const BLANK =
  /^(?!\p{Variation_Selector}|[\u{E0020}-\u{E007F}])[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]$/u;
/** They show nothing wherever they stand, and each would take six characters in JSON. */
const CONTROLS = /[^\P{Cc}\n\t]/gu;
const NOTHING_TO_SEE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * The text without the blanks around it, with plain line ends, no control characters but them and tabs, and no broken
 * surrogates; empty when there is nothing to see in it. Linear in its length, which nobody has checked yet, as an
 * expression for both ends would not be.
 */
export function tidy(text: string): string {
  const characters = Array.from(text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, ''));
  const isSeen = (character: string) => !BLANK.test(character);
  const kept = characters
    .slice(Math.max(0, characters.findIndex(isSeen)), characters.findLastIndex(isSeen) + 1)
    .join('');
  return NOTHING_TO_SEE.test(kept) ? '' : kept;
}
