/** Finds names of variables that are probably misspelled. Otherwise nobody would notice that such a setting is ignored. */

/** A name with more changed letters than this, or with more than a third of its letters changed, is not a misspelled one. */
const MOST_EDITS = 3;

/** The known name that was probably meant; undefined if the name is known itself, or is like no known name. */
export function nearMiss(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  const [nearest] = known
    .map((other) => ({ other, edits: editsBetween(name.toUpperCase(), other) }))
    .filter(({ other, edits }) => edits <= Math.min(MOST_EDITS, other.length / 3))
    .sort((one, two) => one.edits - two.edits);
  return nearest?.other;
}

/**
 * How many letters must be added, removed or replaced to turn one word into the other.
 * @source https://en.wikipedia.org/wiki/Levenshtein_distance (with one row)
 */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const letter of from) {
    const [first = 0] = row;
    const next = [first + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
