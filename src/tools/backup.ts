/** `npm run db:backup -- file`: writes the embedded database and its GIFs to one file. The server may run meanwhile. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeArchive, type ArchiveWriter } from './archive';
import { runCommand } from './command';
import { loadPlaces, pathFromUser, SECRET_FILE, type Places } from '../config';
import { DATABASE_FILE } from '../stores/embedded-file';
import { copyEmbedded, readEmbedded, type EmbeddedReader } from '../stores/embedded-reader';
import { codeOf } from '../system-error';

const USAGE = `Usage: npm run db:backup -- <file>
Writes the rooms, chats, sessions and GIFs as they are at one moment to a new file. The server may run meanwhile.`;

/**
 * Writes the backup: first a snapshot of the database, then the GIFs that the snapshot names. A chat is stored after its
 * GIF, so these GIFs exist, unless their room was closed during the backup. A restore brings such a room back without them.
 * @returns a sentence about what was done. @throws Error with one line; then no part of the file is left.
 */
export async function backup(file: string, { dataDir, uploadsDir, mongoUrl }: Places): Promise<string> {
  if (mongoUrl !== undefined)
    throw new Error('the rooms are in MongoDB, which has its own tools for this (mongodump)');
  if (existsSync(file)) throw new Error(`${file} exists already`);
  // On the same disk as the file, so that the finished backup can be renamed to it in one step.
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

/** Adds the folders of all rooms and their GIFs. A room without GIFs needs its folder, too: without it, uploads fail. */
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
