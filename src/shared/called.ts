/** What a person is called in a sentence, on the server and in the pages' script. */

/**
 * The color, and before it the name if there is one. The color is always there, since several people may have used the same
 * name. A name may be written from right to left, so it is isolated from the rest of the sentence.
 * @source https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
 */
export function calledOf({ color, name }: { color: string; name?: string | undefined }): string {
  return name === undefined ? color : `\u2068${name}\u2069 ${color}`;
}
