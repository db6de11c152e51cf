/** The browser's console, into which the chapter's pages write what they hear. */

export function print(text: string): void {
  console.log(text);
}
