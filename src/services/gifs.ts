/** The GIF files: `uploads/.incoming` while they arrive, then `uploads/<room>/<random>.gif`. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { logger } from '../logger';
import { readGif } from '../rules/gif';
import { Refusal } from '../rules/refusal';
import type { Store } from '../stores/store';
import { codeOf } from '../system-error';

/** Files and folders that nothing names are removed when they are older than this, in ms. */
const ORPHAN_AGE = 3_600_000;
const GIF_NAME = /^[0-9a-f]{32}\.gif$/;
const ROOM_ID = /^[0-9a-f]{24}$/;

export interface Gifs {
  /** Where uploads arrive; on the same disk as the rooms' folders, so that moving one is a rename. */
  readonly incoming: string;
  /** Makes the folders, and removes what an earlier process left behind. */
  start(): Promise<void>;
  makeRoom(roomId: string): Promise<void>;
  removeRoom(roomId: string): Promise<void>;
  /**
   * Moves an arrived file into the room's folder if it is a whole GIF within the caps.
   * @returns the chat's `gif`, and its size in pixels.
   * @throws Refusal NOT_A_GIF, TOO_LARGE, ROOM_NOT_FOUND when the room's folder is gone, or UNAVAILABLE. The file is gone then, too.
   */
  accept(roomId: string, file: string): Promise<{ gif: string; width: number; height: number }>;
  /** Whether a chat names the file is certain now: if none does, it goes. */
  settle(gif: string, isNamed: boolean): void;
  /** The absolute path of a room's GIF, if the names have the right form. */
  pathOf(roomId: string, name: string): string | undefined;
  stop(): void;
}

export function createGifs(uploadsDir: string, store: Store): Gifs {
  const incoming = path.join(uploadsDir, '.incoming');
  /** Files whose chats are on their way: nothing names them yet, and still they are no orphans. */
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const folderOf = (roomId: string) => path.join(uploadsDir, roomId);

  async function removeOrphans(): Promise<void> {
    try {
      for (const name of await oldNames(incoming)) await rm(path.join(incoming, name), { force: true });
      const folders = (await readdir(uploadsDir)).filter((name) => ROOM_ID.test(name));
      const existing = new Set(await store.rooms.existing(folders));
      for (const roomId of folders) {
        if (existing.has(roomId)) await removeOrphansOf(roomId);
        else if (await isOld(folderOf(roomId))) await rm(folderOf(roomId), { recursive: true, force: true });
      }
    } catch (error) {
      logger.warn(`looking for files that nothing names did not finish (${String(error)})`);
    }
  }

  async function removeOrphansOf(roomId: string): Promise<void> {
    const gifs = (await oldNames(folderOf(roomId))).map((name) => `${roomId}/${name}`);
    if (gifs.length === 0) return;
    const named = new Set(await store.chats.gifsNamed(roomId, gifs));
    for (const gif of gifs) {
      if (!named.has(gif) && !pending.has(gif)) await rm(path.join(uploadsDir, gif), { force: true });
    }
  }

  return {
    incoming,
    async start() {
      await mkdir(incoming, { recursive: true });
      await removeOrphans();
      timer = setInterval(() => void removeOrphans(), ORPHAN_AGE).unref();
    },
    async makeRoom(roomId) {
      await mkdir(folderOf(roomId)).catch(failed);
    },
    async removeRoom(roomId) {
      await rm(folderOf(roomId), { recursive: true, force: true });
    },
    async accept(roomId, file) {
      try {
        const read = readGif(await readFile(file).catch(failed));
        if (!read.ok) throw new Refusal(read.reason === 'too-large' ? 'TOO_LARGE' : 'NOT_A_GIF');
        const gif = `${roomId}/${randomBytes(16).toString('hex')}.gif`;
        pending.add(gif);
        try {
          await moveDurably(file, path.join(uploadsDir, gif));
        } catch (error) {
          this.settle(gif, false);
          throw new Refusal(codeOf(error) === 'ENOENT' ? 'ROOM_NOT_FOUND' : 'UNAVAILABLE', { cause: error });
        }
        return { gif, width: read.width, height: read.height };
      } catch (error) {
        await rm(file, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    settle(gif, isNamed) {
      pending.delete(gif);
      if (isNamed) return;
      rm(path.join(uploadsDir, gif), { force: true }).catch((error: unknown) => {
        logger.warn(`a refused GIF stays until the next look for orphans (${String(error)})`);
      });
    },
    pathOf: (roomId, name) =>
      ROOM_ID.test(roomId) && GIF_NAME.test(name) ? path.join(folderOf(roomId), name) : undefined,
    stop() {
      clearInterval(timer);
    },
  };
}

/** On the disk when it resolves: a chat that names it may be stored then. */
async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const moved = await open(to, 'r+');
  try {
    await moved.sync();
  } finally {
    await moved.close();
  }
}

function failed(error: unknown): never {
  throw new Refusal('UNAVAILABLE', { cause: error });
}

async function oldNames(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const ages = await Promise.all(names.map((name) => isOld(path.join(folder, name))));
  return names.filter((_, index) => ages[index]);
}

/** A file that has just gone is not old. */
async function isOld(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > ORPHAN_AGE;
}
