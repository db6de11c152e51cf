/**
 * A solution: `solution/src/` has its new files, and `solution/edits.json` what changes in others. An edit finds its place by
 * a piece of one line and not by its neighbours, so that most changes of the code around leave it alone.
 */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Applies the solution of an exercise to the project in `root`. @returns the paths of the files that it made or changed.
 * @throws unless the text of each edit stands in its file exactly once.
 */
export function applySolution(name, root) {
  const folder = path.join(import.meta.dirname, name, 'solution');
  const edits = JSON.parse(readFileSync(path.join(folder, 'edits.json'), 'utf8'));
  for (const { file, from, to } of edits) {
    const parts = readFileSync(path.join(root, file), 'utf8').split(from);
    if (parts.length !== 2)
      throw new Error(`${name}: found ${String(parts.length - 1)} times in ${file}: ${from}`);
    writeFileSync(path.join(root, file), parts.join(to));
  }
  cpSync(path.join(folder, 'src'), path.join(root, 'src'), { recursive: true });
  const made = readdirSync(path.join(folder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return [...new Set([...made, ...edits.map(({ file }) => file)])];
}
