/** What a GIF may be, and when its file goes. */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { logger } from '../logger';
import { readGif, type GifReading } from '../rules/gif';
import { isRoomId } from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { GifFiles } from '../stores/gif-files';
import type { Store } from '../stores/store';
import { codeOf } from '../system-error';

/** In ms: how often what nothing names is looked for, and how old it is before it may go. */
const LOOK_EVERY = 3_600_000;
/** In ms: how long a GIF may be read before others have their turn. */
const TURN = 5;
const GIF_NAME = /^[0-9a-f]{32}\.gif$/;

export interface Gifs {
  /** Makes the places, and looks for what an earlier process left behind: now and every hour. */
  start(): Promise<void>;
  /** Takes in an upload. @returns a name for it. A failed one leaves nothing. */
  arrive(upload: Readable): Promise<string>;
  /** Removes an upload that was refused before it was looked at. */
  discard(upload: string): Promise<void>;
  makeRoom(roomId: string): Promise<void>;
  removeRoom(roomId: string): Promise<void>;
  /**
   * Writes what can be read of an upload into the room's place, durable, if it is a GIF within the bounds. The upload goes.
   * @returns the chat's `gif`, and its size in pixels. Until `settle` its file is no orphan for any process.
   * @throws Refusal NOT_A_GIF, TOO_LARGE, ROOM_NOT_FOUND when the room's place is gone, or UNAVAILABLE.
   */
  accept(roomId: string, upload: string): Promise<{ gif: string; width: number; height: number }>;
  /** Whether a chat names the file is certain now: if none does, it goes. */
  settle(gif: string, isNamed: boolean): void;
  /** A chat's `gif` from its two parts, if they have the right form. */
  nameOf(roomId: string, file: string): string | undefined;
  /** For sending; undefined when there is no such file. */
  read(gif: string): ReturnType<GifFiles['read']>;
  stop(): void;
}

export function createGifs(
  files: GifFiles,
  store: Store,
  { lookEvery = LOOK_EVERY, touchEvery = LOOK_EVERY / 6 } = {},
): Gifs {
  /** GIFs whose chats are on their way: nothing names them yet. */
  const awaited = new Set<string>();
  /** What nothing named at the last look. */
  let nameless: Set<string> | undefined;
  const timers: NodeJS.Timeout[] = [];

  /** Every process that shares the files removes what is old and nameless, so files that are awaited are made young again. */
  async function keepYoung(): Promise<void> {
    for (const gif of awaited) {
      await files.touch(gif).catch((error: unknown) => {
        logger.warn(`a GIF whose chat is on its way could not be touched (${String(error)})`);
      });
    }
  }

  /** What has just come looks old when the clock is moved: while we run, what goes was nameless an hour ago, too. */
  async function removeOrphans(): Promise<void> {
    try {
      await keepYoung();
      const found = await findNameless();
      for (const name of found) {
        const isOrphan = nameless?.has(name) ?? true;
        if (isOrphan && (await isOld(name))) await files.remove(name);
      }
      nameless = new Set(found);
    } catch (error) {
      logger.warn(`looking for files that nothing names did not finish (${String(error)})`);
    }
  }

  /** By the clock, which may have been moved either way. */
  async function isOld(name: string): Promise<boolean> {
    return Math.abs((await files.ageOf(name)) ?? 0) > lookEvery;
  }

  /** Uploads, GIFs that no chat names, and places without a room. */
  async function findNameless(): Promise<string[]> {
    const { uploads, rooms } = await files.list();
    const found = uploads;
    const roomIds = rooms.filter((name) => isRoomId(name));
    const existing = new Set(await store.rooms.existing(roomIds));
    for (const roomId of roomIds) {
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
      timers.push(setInterval(() => void removeOrphans(), lookEvery).unref());
      timers.push(setInterval(() => void keepYoung(), touchEvery).unref());
    },
    arrive: (upload) => files.arrive(upload),
    async makeRoom(roomId) {
      await files.makeRoom(roomId).catch(failed);
    },
    removeRoom: (roomId) => files.remove(roomId),
    async accept(roomId, upload) {
      try {
        const reading = await inTurns(readGif(await files.bytesOf(upload).catch(failed)));
        if (!reading.ok) throw refusalOf(reading);
        const { bytes, width, height } = reading;
        return { gif: await keep(roomId, bytes), width, height };
      } finally {
        await discard(upload);
      }
    },
    nameOf: (roomId, file) => (isRoomId(roomId) && GIF_NAME.test(file) ? `${roomId}/${file}` : undefined),
    read: (gif) => files.read(gif).catch(failed),
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Works through all steps; when they take long, what waits has its turn in between. */
async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
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
