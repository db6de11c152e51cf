/** Folders in which the program writes. */
import { existsSync, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those above it. Unlike `mkdir` with `recursive` it comes to an end everywhere: below `/proc`, which
 * exists and says ENOENT to every new name, Node tries for ever.
 * @throws what the system throws.
 */
export function makeFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

/** A block of a disk, so that a full one shows. */
const BLOCK = 'x'.repeat(4_096);

/** Writes a file of these bytes to the disk, and removes it. @throws what the system throws. */
export async function tryToWrite(folder: string, bytes = BLOCK): Promise<void> {
  const file = path.join(folder, `.try-${String(process.pid)}`);
  try {
    await writeFile(file, bytes, { flush: true });
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

/**
 * Makes a folder in which the program can write.
 * @param setting the variable that names the folder.
 * @throws Error with one line that says what to change.
 */
export async function prepareFolder(setting: string, folder: string, mode?: number): Promise<void> {
  try {
    makeFolder(folder, mode);
    // An empty file: on a full disk the program still starts, and shows what is there.
    await tryToWrite(folder, '');
  } catch (cause) {
    throw new Error(
      `${setting}: the program cannot write in ${folder} (${String(cause).replace(/^Error: /, '')}): give the folder to its user, or name another`,
      { cause },
    );
  }
}
