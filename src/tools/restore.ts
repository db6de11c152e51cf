/** `npm run db:restore -- file`: puts back what `npm run db:backup` kept. */
import { createWriteStream, existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readArchive } from './archive';
import { runCommand } from './command';
import { loadPlaces, pathFromUser, SECRET_FILE, type Places } from '../config';
import { makeFolder } from '../folder';
import { DATABASE_FILE, reasonOf } from '../stores/embedded';
import { lockDirectory, type DirectoryLock } from '../stores/lock';

const USAGE = `Usage: npm run db:restore -- <file>
Puts the rooms, chats, sessions and GIFs of a backup back into DATA_DIR, which must be empty, and UPLOADS_DIR.`;
/** All but the GIFs gets its own name at the end, the database last: until then the restore can be done again. */
const UNFINISHED = '.restoring';
/** What a directory may hold and still be empty: our lock, an unfinished restore, and what file systems put there. */
const NOTHING = /^(owner\.sock.*|.*\.restoring|lost\+found)$/;
const UPLOAD = /^uploads\/[0-9a-f]{24}(\/[0-9a-f]{32}\.gif|\/)$/;

/**
 * Puts the backup back, after all of it was read once and found whole.
 * @returns what was done, for people. @throws Error with one line.
 */
export async function restore(file: string, { dataDir, uploadsDir, mongoUrl }: Places): Promise<string> {
  if (mongoUrl !== undefined)
    throw new Error('MONGO_URL is set: a backup goes back into the embedded database only');
  // First of all, not after gigabytes were read.
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

/** @throws Error with one line that says what is wrong with the file. */
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

/** @returns how many GIFs there were. */
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

/** Takes the directory for this process. @throws Error when a server has it, or when something is in it. */
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
