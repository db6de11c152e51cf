/** Keeps the files of GIFs: first as uploads, until they are checked; then in a folder for each room. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { tryToWrite } from '../folder';
import { codeOf } from '../system-error';
import { createTurns } from '../turns';

/** The folder of uploads; it is beside the folders of the rooms. */
const INCOMING = '.incoming';
/** How many uploads are written at the same time: half of Node's threads, so that commits and sessions never wait for uploads. */
const WRITING = 2;
/** The errors of Windows, and of some network file systems, if we try to sync a folder. */
const CANNOT_SYNC = ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'];

/**
 * Names: the name of a room's folder is the room's id; the name of a GIF is its chat's `gif` (`<room>/<file>`); the name of
 * an upload is what `arrive` returned. All methods reject with the error of the system.
 */
export interface GifFiles {
  /** Makes the folders that the other methods need. */
  open(): Promise<void>;
  /** Resolves if files can be written. */
  ping(): Promise<void>;
  /** Stores a whole upload. @returns its name. If it fails, nothing of the upload is left. */
  arrive(upload: AsyncIterable<Uint8Array>): Promise<string>;
  /** How much all files take, in bytes. */
  bytes(): Promise<number>;
  /** The size of an upload, in bytes. */
  sizeOf(name: string): Promise<number>;
  /** The bytes of an upload. */
  bytesOf(name: string): Promise<Uint8Array>;
  /** Makes the folder of a room. It is durable when this resolves. */
  makeRoom(room: string): Promise<void>;
  /**
   * Writes a GIF. It is durable when this resolves. If it fails, a part of the file may be there.
   * @throws ENOENT if the room's folder is gone.
   */
  keep(gif: string, bytes: Uint8Array): Promise<void>;
  /** Opens a GIF to send it; undefined if there is no such GIF. The stream must be read to its end or destroyed. */
  read(gif: string): Promise<{ size: number; stream: Readable } | undefined>;
  /** Removes a room's folder with all its GIFs, or one GIF, or one upload. It may be gone already. */
  remove(name: string): Promise<void>;
  /** The names of all uploads, and of the folders of all rooms. */
  list(): Promise<{ uploads: string[]; rooms: string[] }>;
  /** The names of all GIFs in a room's folder; none if the folder is gone. */
  gifsOf(room: string): Promise<string[]>;
  /**
   * The time since the file or folder was last changed or touched, in ms; undefined if it is gone. It is negative if the
   * clock was moved back since then.
   */
  ageOf(name: string): Promise<number | undefined>;
  /** Makes the age of a file 0, if the file is there. */
  touch(name: string): Promise<void>;
}

/** Keeps the files in a folder on the disk. Several processes may use the same folder. */
export function gifFolder(folder: string): GifFiles {
  const incoming = path.join(folder, INCOMING);
  const pathOf = (name: string) => path.join(folder, name);
  const inTurn = createTurns({ atOnce: WRITING, waiting: Infinity });
  const remove = (name: string) => rm(pathOf(name), { recursive: true, force: true });

  return {
    remove,
    async open() {
      await mkdir(incoming, { recursive: true });
    },
    async ping() {
      await tryToWrite(folder);
      await tryToWrite(incoming);
    },
    async arrive(upload) {
      const name = `${INCOMING}/${randomUUID()}`;
      try {
        const file = await open(pathOf(name), 'wx');
        try {
          for await (const chunk of upload) await inTurn(() => file.appendFile(chunk));
        } finally {
          await file.close();
        }
      } catch (error) {
        // On a full disk, the file is made and then its bytes are refused.
        await remove(name);
        throw error;
      }
      return name;
    },
    async bytes() {
      let sum = 0;
      const found = await opendir(folder, { recursive: true });
      for await (const entry of found)
        if (entry.isFile())
          sum += (await unlessGone(stat(path.join(entry.parentPath, entry.name))))?.size ?? 0;
      return sum;
    },
    sizeOf: async (name) => (await stat(pathOf(name))).size,
    bytesOf: (name) => readFile(pathOf(name)),
    async makeRoom(room) {
      await mkdir(pathOf(room));
      await syncFolder(folder);
    },
    async keep(gif, bytes) {
      const file = pathOf(gif);
      await writeFile(file, bytes, { flush: true });
      await syncFolder(path.dirname(file));
    },
    async read(gif) {
      const file = await unlessGone(open(pathOf(gif)));
      if (file === undefined) return undefined;
      const { size } = await file.stat();
      return { size, stream: file.createReadStream() };
    },
    async list() {
      const uploads = (await readdir(incoming)).map((name) => `${INCOMING}/${name}`);
      return { uploads, rooms: (await readdir(folder)).filter((name) => name !== INCOMING) };
    },
    async gifsOf(room) {
      return ((await unlessGone(readdir(pathOf(room)))) ?? []).map((name) => `${room}/${name}`);
    },
    async ageOf(name) {
      const found = await unlessGone(stat(pathOf(name)));
      return found && Date.now() - found.mtimeMs;
    },
    async touch(name) {
      const now = new Date();
      await unlessGone(utimes(pathOf(name), now, now));
    },
  };
}

/** Puts the names in a folder on the disk, if the system can do so. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const opened = await open(folder);
    await opened.sync().finally(() => opened.close());
  } catch (error) {
    if (!CANNOT_SYNC.includes(codeOf(error))) throw error;
  }
}

/** The result of an operation; undefined if its file or folder is gone. */
async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
