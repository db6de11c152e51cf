/** Makes the folders in which the program writes, and checks that it can write there. */
import { existsSync, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and the missing folders above it. We do not use Node's `recursive` option, which tries for ever below
 * `/proc`: that folder exists, and still gives ENOENT for every new name.
 * @throws the error of the system.
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

/** As large as a block of a disk, so that writing it fails if the disk is full. */
const BLOCK = 'x'.repeat(4_096);

/** Writes a file with these bytes to the disk, and removes it. @throws the error of the system. */
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
    // An empty file, which also a full disk takes: the program must start then, to show the rooms and chats.
    await tryToWrite(folder, '');
  } catch (cause) {
    throw new Error(
      `${setting}: the program cannot write in ${folder} (${String(cause).replace(/^Error: /, '')}): give the folder to its user, or name another`,
      { cause },
    );
  }
}
