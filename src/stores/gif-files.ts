/** Where GIF files are kept: uploads until they have been looked at, then each GIF in a place that belongs to its room. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { tryToWrite } from '../folder';
import { codeOf } from '../system-error';

/** The place of uploads, in the folder in which each room has one. */
const INCOMING = '.incoming';
/** What Windows, and some network file systems, say of a folder that is to be put on the disk. */
const CANNOT_SYNC = ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'];

/**
 * A kind of keeping. Everything in it has a name: a room's place the room's id, a GIF its chat's `gif`
 * (`<room>/<file>`), an upload what `arrive` gave it. All reject with what the system says.
 */
export interface GifFiles {
  /** Makes what the others need. */
  open(): Promise<void>;
  /** Resolves when files can be written; rejects with what the system says. */
  ping(): Promise<void>;
  /** @returns the upload's name when all of it is there; when it fails, nothing of it stays. */
  arrive(upload: Readable): Promise<string>;
  bytesOf(name: string): Promise<Uint8Array>;
  /** The room's place is durable when it resolves. */
  makeRoom(room: string): Promise<void>;
  /** The GIF is durable when it resolves; when it fails, a part may be there. @throws ENOENT when the room's place is gone */
  keep(gif: string, bytes: Uint8Array): Promise<void>;
  /** For sending; undefined when there is no such GIF. The stream must be read or destroyed. */
  read(gif: string): Promise<{ size: number; stream: Readable } | undefined>;
  /** Removes a room's place with all that is in it, a GIF or an upload; it may be gone already. */
  remove(name: string): Promise<void>;
  /** The names of all uploads and of all rooms' places; what is in these is told by `gifsOf`. */
  list(): Promise<{ uploads: string[]; rooms: string[] }>;
  gifsOf(room: string): Promise<string[]>;
  /** In ms, since it came or was touched; by the clock, so that it may be negative. Undefined when it is gone. */
  ageOf(name: string): Promise<number | undefined>;
  /** Its age begins anew, if it is there. */
  touch(name: string): Promise<void>;
}

/** Keeps them on the disk. Several processes may share the folder. */
export function gifFolder(folder: string): GifFiles {
  const incoming = path.join(folder, INCOMING);
  const pathOf = (name: string) => path.join(folder, name);
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
        await writeFile(pathOf(name), upload);
      } catch (error) {
        // A full disk lets a file begin and then refuses its bytes.
        await remove(name);
        throw error;
      }
      return name;
    },
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

/** The names in it are on the disk then, where the system can be asked for that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const opened = await open(folder);
    await opened.sync().finally(() => opened.close());
  } catch (error) {
    if (!CANNOT_SYNC.includes(codeOf(error))) throw error;
  }
}

/** Undefined when the file or folder is gone. */
async function unlessGone<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
