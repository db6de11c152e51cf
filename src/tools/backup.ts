/** `npm run db:backup -- file`: the embedded database and its GIFs in one file, while the server runs or not. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeArchive, type ArchiveWriter } from './archive';
import { runCommand } from './command';
import { loadPlaces, pathFromUser, SECRET_FILE, type Places } from '../config';
import { DATABASE_FILE } from '../stores/embedded';
import { copyEmbedded, readEmbedded, type EmbeddedReader } from '../stores/embedded-reader';
import { codeOf } from '../system-error';

const USAGE = `Usage: npm run db:backup -- <file>
Writes the rooms, chats, sessions and GIFs as they are at one moment to a new file. The server may run meanwhile.`;

/**
 * Writes the backup. First comes a snapshot of the database, then the GIFs that it names: a chat is stored after its GIF,
 * so what a snapshot names is there, unless its room was closed meanwhile. Such a room comes back without these GIFs.
 * @returns what was done, for people. @throws Error with one line; nothing is left of the file then.
 */
export async function backup(file: string, { dataDir, uploadsDir, mongoUrl }: Places): Promise<string> {
  if (mongoUrl !== undefined)
    throw new Error('the rooms are in MongoDB, which has its own tools for this (mongodump)');
  if (existsSync(file)) throw new Error(`${file} exists already`);
  // Beside the file: where there is room for it, and from where it can be moved in one step.
  const partial = `${file}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o700 });
    await copyEmbedded(dataDir, partial);
    const snapshot = await readEmbedded(partial);
    try {
      const archive = path.join(partial, 'archive.tar');
      let gifs = { kept: 0, gone: 0 };
      await writeArchive(archive, async (writer) => {
        await writer.file(DATABASE_FILE, path.join(partial, DATABASE_FILE));
        await fileIfThere(writer, SECRET_FILE, path.join(dataDir, SECRET_FILE));
        gifs = await addUploads(writer, snapshot, uploadsDir);
      });
      await rename(archive, file);
      return summary(file, snapshot, gifs);
    } finally {
      await snapshot.close();
    }
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Every room has its folder, also one without GIFs: where there is no folder, nobody can upload. */
async function addUploads(writer: ArchiveWriter, snapshot: EmbeddedReader, uploadsDir: string) {
  const gifs = { kept: 0, gone: 0 };
  for (const { _id } of snapshot.rooms.all()) await writer.directory(`uploads/${_id}/`);
  for (const gif of snapshot.gifs()) {
    const isThere = await fileIfThere(writer, `uploads/${gif}`, path.join(uploadsDir, gif));
    gifs[isThere ? 'kept' : 'gone'] += 1;
  }
  return gifs;
}

async function fileIfThere(writer: ArchiveWriter, name: string, file: string): Promise<boolean> {
  try {
    await writer.file(name, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function summary(
  file: string,
  { rooms, chats, sessions }: EmbeddedReader,
  gifs: { kept: number; gone: number },
): string {
  const counts = [
    `${String(rooms.count())} rooms`,
    `${String(chats.count())} chats`,
    `${String(gifs.kept)} GIFs`,
    `${String(sessions.count())} sessions`,
  ].join(', ');
  const gone =
    gifs.gone === 0
      ? ''
      : `\n${String(gifs.gone)} GIFs are missing: their files were removed before they could be read`;
  return `${file} holds ${counts}${gone}`;
}

if (require.main === module) runCommand(USAGE, async (file) => backup(pathFromUser(file), loadPlaces()));
