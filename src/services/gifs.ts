/** The GIFs of rooms: receives uploads, checks them, and removes files that no chat names. */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { logger } from '../logger';
import { readGif, type GifReading } from '../rules/gif';
import { isRoomId } from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { GifFiles } from '../stores/gif-files';
import type { Store } from '../stores/store';
import type { Space } from './space';
import { createTurns } from '../turns';
import { codeOf } from '../system-error';
import { every, type Repeated } from '../timers';

/** In ms: how often we look for orphans (files that no chat names), and how old an orphan must be before it is removed. */
const LOOK_EVERY = 3_600_000;
/** In ms: how long we read a GIF before we let other work run. */
const TURN = 5;
/** How many uploads are read at the same time, and how many may wait for that. While it is read, an upload is in memory. */
const READING = { atOnce: 2, waiting: 1_000 };
const GIF_NAME = /^[0-9a-f]{32}\.gif$/;

/** A GIF that is kept: the chat's `gif`, its size in pixels, and the size of its file in bytes. */
interface AcceptedGif {
  gif: string;
  width: number;
  height: number;
  bytes: number;
}

export interface Gifs {
  /** Makes the folders. Removes the orphans that earlier processes left: at once, and again every hour. */
  start(): Promise<void>;
  /** Receives an upload. @returns its name. If it fails, nothing of the upload is left. */
  arrive(upload: AsyncIterable<Uint8Array>): Promise<string>;
  /** Removes an upload that was refused before `accept` was called. */
  discard(upload: string): Promise<void>;
  /** Makes the folder of a new room. */
  makeRoom(roomId: string): Promise<void>;
  /** Removes the file of a GIF that was taken back. */
  erase(gif: string): Promise<void>;
  /** Removes the folder of a room with all its GIFs. */
  removeRoom(roomId: string): Promise<void>;
  /**
   * Reads an upload, and, if it is a GIF within the bounds, writes what could be read into the room's folder. The GIF is
   * durable when this resolves. The upload is removed in any case. At most two uploads are read at the same time, and the
   * others wait.
   * @returns the chat's `gif`, and its size in pixels. No process removes the file before `settle` is called.
   * @throws Refusal NOT_A_GIF, TOO_LARGE, DISK_FULL, RATE_LIMITED, UNAVAILABLE; ROOM_NOT_FOUND if the room's folder is gone.
   */
  accept(roomId: string, upload: string): Promise<AcceptedGif>;
  /** The size of an upload, in bytes. */
  sizeOf(upload: string): Promise<number>;
  /** Must be called when it is certain whether a chat names the file. If none does, the file is removed. */
  settle(gif: string, isNamed: boolean): void;
  /** Joins the two parts of a chat's `gif`; undefined if one of them has the wrong form. */
  nameOf(roomId: string, file: string): string | undefined;
  /** The bytes of a GIF; undefined if there is no such file. */
  read(gif: string): ReturnType<GifFiles['read']>;
  /** Ends the present look for orphans, if there is one. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** Takes no upload before `start`. Tests set how often orphans are looked for, and how often files are touched, in ms. */
export function createGifs(
  files: GifFiles,
  store: Store,
  space: Pick<Space, 'addGif'>,
  { lookEvery = LOOK_EVERY, touchEvery = LOOK_EVERY / 6 } = {},
): Gifs {
  /** GIFs whose chats are not stored yet, so no chat names them. */
  const awaited = new Set<string>();
  const inTurn = createTurns(READING);
  /** The files that no chat named at the last look. */
  let nameless: Set<string> | undefined;
  let repeated: Repeated[] = [];
  const stopping = new AbortController();

  /**
   * Every process that shares the files removes old orphans. So we touch the files whose chats are not stored yet, to keep
   * them young.
   */
  async function keepYoung(): Promise<undefined> {
    for (const gif of awaited) {
      await files.touch(gif).catch((error: unknown) => {
        logger.warn(`a GIF whose chat is on its way could not be touched (${String(error)})`);
      });
    }
  }

  /**
   * Removes old orphans. If the clock is moved, a new file looks old; so from our second look on, we remove only orphans
   * that we also found at the look before, an hour ago.
   */
  async function removeOrphans(): Promise<undefined> {
    try {
      await keepYoung();
      const found = await findNameless();
      for (const name of found) {
        stopping.signal.throwIfAborted();
        const isOrphan = nameless?.has(name) ?? true;
        if (isOrphan && (await isOld(name))) await files.remove(name);
      }
      nameless = new Set(found);
    } catch (error) {
      logger.warn(`looking for files that nothing names did not finish (${String(error)})`);
    }
  }

  /** The clock may have been moved in both directions, so a file that seems to come from the future counts as old, too. */
  async function isOld(name: string): Promise<boolean> {
    return Math.abs((await files.ageOf(name)) ?? 0) > lookEvery;
  }

  /** All uploads, all GIFs that no chat names, and all folders without a room. */
  async function findNameless(): Promise<string[]> {
    const { uploads, rooms } = await files.list();
    const found = uploads;
    const roomIds = rooms.filter((name) => isRoomId(name));
    const existing = new Set(await store.rooms.existing(roomIds));
    for (const roomId of roomIds) {
      stopping.signal.throwIfAborted();
      if (!existing.has(roomId)) found.push(roomId);
      else found.push(...(await findNamelessOf(roomId)));
    }
    return found;
  }

  async function findNamelessOf(roomId: string): Promise<string[]> {
    const gifs = await files.gifsOf(roomId);
    if (gifs.length === 0) return [];
    const named = new Set(await store.chats.gifsNamed(roomId, gifs));
    return gifs.filter((gif) => !named.has(gif));
  }

  async function discard(upload: string): Promise<void> {
    await files.remove(upload).catch(() => undefined);
  }

  function settle(gif: string, isNamed: boolean): void {
    awaited.delete(gif);
    if (isNamed) return;
    files.remove(gif).catch((error: unknown) => {
      logger.warn(`a refused GIF stays until a look for orphans finds it (${String(error)})`);
    });
  }

  async function keep(roomId: string, bytes: Uint8Array): Promise<string> {
    const gif = `${roomId}/${randomBytes(16).toString('hex')}.gif`;
    awaited.add(gif);
    try {
      await files.keep(gif, bytes);
    } catch (error) {
      settle(gif, false);
      throw new Refusal(codeOf(error) === 'ENOENT' ? 'ROOM_NOT_FOUND' : 'UNAVAILABLE', { cause: error });
    }
    return gif;
  }

  return {
    discard,
    settle,
    async start() {
      await files.open();
      await removeOrphans();
      repeated = [every(lookEvery, removeOrphans), every(touchEvery, keepYoung)];
    },
    arrive: (upload) => files.arrive(upload),
    async makeRoom(roomId) {
      await files.makeRoom(roomId).catch(failed);
    },
    erase: (gif) => files.remove(gif),
    removeRoom: (roomId) => files.remove(roomId),
    sizeOf: (upload) => files.sizeOf(upload).catch(failed),
    async accept(roomId, upload) {
      try {
        return await inTurn(async () => {
          const reading = await inSteps(readGif(await files.bytesOf(upload).catch(failed)));
          if (!reading.ok) throw refusalOf(reading);
          const { bytes, width, height } = reading;
          await space.addGif(bytes.length);
          return { gif: await keep(roomId, bytes), width, height, bytes: bytes.length };
        });
      } finally {
        await discard(upload);
      }
    },
    nameOf: (roomId, file) => (isRoomId(roomId) && GIF_NAME.test(file) ? `${roomId}/${file}` : undefined),
    read: (gif) => files.read(gif).catch(failed),
    async stop() {
      stopping.abort();
      await Promise.all(repeated.map((one) => one.stop()));
    },
  };
}

/** Runs the generator to its end. If it takes long, other work can run in between. */
async function inSteps<T>(steps: Generator<undefined, T>): Promise<T> {
  for (let since = performance.now(); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < TURN) continue;
    await nextTurn();
    since = performance.now();
  }
}

function refusalOf(reading: Extract<GifReading, { ok: false }>): Refusal {
  return reading.reason === 'too-large'
    ? new Refusal('TOO_LARGE', { bound: reading.bound })
    : new Refusal('NOT_A_GIF');
}

function failed(error: unknown): never {
  throw new Refusal('UNAVAILABLE', { cause: error });
}
