/** What a person is called in a sentence. The server's pages and the pages' script both say it so. */

/**
 * The color, and before it the name if there is one: a name alone does not tell who it is. The name may be written from right
 * to left, so it is isolated from the rest of the sentence.
 * @source https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
 */
export function calledOf({ color, name }: { color: string; name?: string }): string {
  return name === undefined ? color : `\u2068${name}\u2069 ${color}`;
}
