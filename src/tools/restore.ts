/** `npm run db:restore -- file`: puts back the data that `npm run db:backup` wrote. */
import { createWriteStream, existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readArchive } from './archive';
import { runCommand } from './command';
import { loadPlaces, pathFromUser, SECRET_FILE, type Places } from '../config';
import { makeFolder } from '../folder';
import { DATABASE_FILE } from '../stores/embedded-file';
import { lockDirectory, type DirectoryLock } from '../stores/lock';
import { reasonOf } from '../system-error';

const USAGE = `Usage: npm run db:restore -- <file>
Puts the rooms, chats, sessions and GIFs of a backup back into DATA_DIR, which must be empty, and UPLOADS_DIR.`;
/**
 * Files in DATA_DIR have this ending until everything is unpacked. Then they are renamed, the database last. So a restore
 * that was interrupted can be run again.
 */
const UNFINISHED = '.restoring';
/** Files that an empty DATA_DIR may have: our lock, an unfinished restore, and a folder that file systems make. */
const NOTHING = /^(owner\.sock.*|.*\.restoring|lost\+found)$/;
const UPLOAD = /^uploads\/[0-9a-f]{24}(\/[0-9a-f]{32}\.gif|\/)$/;

/**
 * Reads the whole backup once to check it, and then puts the data back.
 * @returns a sentence about what was done. @throws Error with one line.
 */
export async function restore(file: string, { dataDir, uploadsDir, mongoUrl }: Places): Promise<string> {
  if (mongoUrl !== undefined)
    throw new Error('MONGO_URL is set: a backup goes back into the embedded database only');
  // We check DATA_DIR first, so that a mistake is reported before gigabytes are read.
  if (existsSync(dataDir)) await (await lockEmpty(dataDir)).release();
  await verify(file);
  makeFolder(dataDir, 0o700);
  const lock = await lockEmpty(dataDir);
  try {
    const gifs = await unpack(file, dataDir, uploadsDir);
    return `${dataDir} holds the rooms and chats of ${file} again, and ${uploadsDir} its ${String(gifs)} GIFs`;
  } finally {
    await lock.release();
  }
}

/** Reads the whole backup. @throws Error with one line that says what is wrong with the file. */
async function verify(file: string): Promise<void> {
  const names = new Set<string>();
  try {
    await readArchive(file, async ({ name, bytes }) => {
      if (!isOurs(name)) throw new Error('it is no backup');
      if (!UPLOAD.test(name)) names.add(name);
      for await (const _chunk of bytes);
    });
    if (!names.has(DATABASE_FILE)) throw new Error('it is no backup');
  } catch (error) {
    throw new Error(`${file} cannot be restored (${reasonOf(error)})`, { cause: error });
  }
}

/** Writes all files of the backup. @returns the number of GIFs. */
async function unpack(file: string, dataDir: string, uploadsDir: string): Promise<number> {
  let gifs = 0;
  const data = new Set<string>();
  await readArchive(file, async ({ name, isDirectory, bytes }) => {
    const isUpload = UPLOAD.test(name);
    const target = isUpload
      ? path.join(uploadsDir, path.relative('uploads', name))
      : path.join(dataDir, name + UNFINISHED);
    if (isDirectory) makeFolder(target);
    else await pipeline(bytes, createWriteStream(target, { mode: 0o600, flush: !isUpload }));
    if (!isUpload) data.add(name);
    else if (!isDirectory) gifs += 1;
  });
  for (const name of [...data].sort((a) => (a === DATABASE_FILE ? 1 : -1))) {
    await rename(path.join(dataDir, name + UNFINISHED), path.join(dataDir, name));
  }
  return gifs;
}

/** Locks the directory for this process. @throws Error if a server uses it, or if it is not empty. */
async function lockEmpty(dir: string): Promise<DirectoryLock> {
  const lock = await lockDirectory(dir);
  const [found] = (await readdir(dir)).filter((name) => !NOTHING.test(name));
  if (found === undefined) return lock;
  await lock.release();
  throw new Error(`${dir} is not empty, it holds ${found}: move that away or choose another DATA_DIR`);
}

function isOurs(name: string): boolean {
  return name === DATABASE_FILE || name === SECRET_FILE || UPLOAD.test(name);
}

if (require.main === module) runCommand(USAGE, async (file) => restore(pathFromUser(file), loadPlaces()));
