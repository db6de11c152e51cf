/** Writes into the browser's console, as the pages of the book's chapter do with every message. */
export function print(text: string): void {
  console.log(text);
}
