/** The GIF files: `uploads/.incoming` while they arrive, then `uploads/<room>/<random>.gif`. */
import { randomBytes } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { logger } from '../logger';
import { readGif } from '../rules/gif';
import { isRoomId } from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { Store } from '../stores/store';
import { codeOf } from '../system-error';

/** In ms: how often what nothing names is looked for, and how old it is before it may go. */
const LOOK_EVERY = 3_600_000;
const INCOMING = '.incoming';
const GIF_NAME = /^[0-9a-f]{32}\.gif$/;

/** What Windows, and some network file systems, say of a folder that is to be put on the disk. */
const CANNOT_SYNC = ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'];

export interface Gifs {
  /** Where uploads arrive; on the same disk as the rooms' folders, so that moving one is a rename. */
  readonly incoming: string;
  /** Makes the folders, and looks for what an earlier process left behind: now and every hour. */
  start(): Promise<void>;
  /** Removes an arrived file that was refused before it was looked at. */
  discard(file: string): Promise<void>;
  makeRoom(roomId: string): Promise<void>;
  removeRoom(roomId: string): Promise<void>;
  /**
   * Moves an arrived file into the room's folder if it is a whole GIF within the caps.
   * @returns the chat's `gif`, and its size in pixels.
   * @throws Refusal NOT_A_GIF, TOO_LARGE, ROOM_NOT_FOUND when the room's folder is gone, or UNAVAILABLE. The file is gone then, too.
   */
  accept(roomId: string, file: string): Promise<{ gif: string; width: number; height: number }>;
  /** Whether an accepted file is still there. */
  isThere(gif: string): Promise<boolean>;
  /** Whether a chat names the file is certain now: if none does, it goes. */
  settle(gif: string, isNamed: boolean): void;
  /** The absolute path of a room's GIF, if the names have the right form. */
  pathOf(roomId: string, name: string): string | undefined;
  stop(): void;
}

export function createGifs(uploadsDir: string, store: Store, lookEvery = LOOK_EVERY): Gifs {
  const incoming = path.join(uploadsDir, INCOMING);
  /** Files whose chats are on their way: nothing names them yet, and still they are no orphans. */
  const pending = new Set<string>();
  /** What nothing named at the last look. */
  let nameless: Set<string> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const folderOf = (roomId: string) => path.join(uploadsDir, roomId);

  /** What has just come looks old when the clock is moved: while we run, what goes was nameless an hour ago, too. */
  async function removeOrphans(): Promise<void> {
    try {
      const found = await findNameless();
      for (const name of found) {
        const isOrphan = nameless?.has(name) ?? true;
        if (isOrphan && (await isOld(name)))
          await rm(path.join(uploadsDir, name), { recursive: true, force: true });
      }
      nameless = new Set(found);
    } catch (error) {
      logger.warn(`looking for files that nothing names did not finish (${String(error)})`);
    }
  }

  /** By the clock, which may have been moved either way; not when it has just gone by itself. */
  async function isOld(name: string): Promise<boolean> {
    const found = await stat(path.join(uploadsDir, name)).catch(() => undefined);
    return found !== undefined && Math.abs(Date.now() - found.mtimeMs) > lookEvery;
  }

  /** Files that no chat names and folders without a room, by their paths below the folder of uploads. */
  async function findNameless(): Promise<string[]> {
    const found = (await readdir(incoming)).map((name) => path.join(INCOMING, name));
    const folders = (await readdir(uploadsDir)).filter((name) => isRoomId(name));
    const existing = new Set(await store.rooms.existing(folders));
    for (const roomId of folders) {
      if (!existing.has(roomId)) found.push(roomId);
      else found.push(...(await findNamelessOf(roomId)));
    }
    return found;
  }

  async function findNamelessOf(roomId: string): Promise<string[]> {
    const gifs = (await namesIn(folderOf(roomId))).map((name) => `${roomId}/${name}`);
    if (gifs.length === 0) return [];
    const named = new Set(await store.chats.gifsNamed(roomId, gifs));
    return gifs.filter((gif) => !named.has(gif) && !pending.has(gif));
  }

  return {
    incoming,
    async start() {
      await mkdir(incoming, { recursive: true });
      await removeOrphans();
      timer = setInterval(() => void removeOrphans(), lookEvery).unref();
    },
    async discard(file) {
      await rm(file, { force: true }).catch(() => undefined);
    },
    async makeRoom(roomId) {
      await mkdir(folderOf(roomId)).catch(failed);
      await syncFolder(uploadsDir).catch(failed);
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
        await this.discard(file);
        throw error;
      }
    },
    isThere: (gif) =>
      access(path.join(uploadsDir, gif)).then(
        () => true,
        () => false,
      ),
    settle(gif, isNamed) {
      pending.delete(gif);
      if (isNamed) return;
      rm(path.join(uploadsDir, gif), { force: true }).catch((error: unknown) => {
        logger.warn(`a refused GIF stays until the next look for orphans (${String(error)})`);
      });
    },
    pathOf: (roomId, name) =>
      isRoomId(roomId) && GIF_NAME.test(name) ? path.join(folderOf(roomId), name) : undefined,
    stop() {
      clearInterval(timer);
    },
  };
}

/** On the disk when it resolves: a chat that names it may be stored then. */
async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await sync(to, 'r+');
  await syncFolder(path.dirname(to));
}

/** The names in it are on the disk then, where the system can be asked for that. */
async function syncFolder(folder: string): Promise<void> {
  await sync(folder, 'r').catch((error: unknown) => {
    if (!CANNOT_SYNC.includes(codeOf(error))) throw error;
  });
}

async function sync(file: string, flags: string): Promise<void> {
  const opened = await open(file, flags);
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** What is in a folder, which may just have gone with its room. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function failed(error: unknown): never {
  throw new Refusal('UNAVAILABLE', { cause: error });
}
