/**
 * Bounds how much may be written: from one address in an hour, as GIFs in all, and of the disk, so that a part of it stays
 * free. These bounds hold even where the limits of how often people may do things are off, because a full disk stops everybody.
 */
import { statfs } from 'node:fs/promises';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { GifFiles } from '../stores/gif-files';
import { every, type Repeated } from '../timers';

/** In ms: how often we ask the disk, and how long a count of the GIFs is used before it is counted again. */
const MEASURE_EVERY = 5_000;
const COUNT_EVERY = 3_600_000;
/** In ms: if the GIFs seem to fill their bound, they are counted again, since some may be gone; but no sooner than this. */
const COUNT_AGAIN_AFTER = 60_000;
/** In s. */
const HOUR = 3_600;
/**
 * How much of a disk stays free: a part of its size, but at most and at least so many bytes. The database needs some space to
 * work, and an operator needs some to tidy up.
 */
const FLOOR = { part: 0.05, most: 2 * 2 ** 30, least: 200 * 2 ** 20 };

/** In bytes. */
interface SpaceBounds {
  /** How much one address may write in an hour. */
  addressBytesPerHour: number;
  /** How much all GIFs may take. */
  uploadsBytes: number;
}

export interface Space {
  /** Measures the disk and counts the GIFs now, and then again and again. */
  start(): Promise<void>;
  /**
   * Takes these bytes off the free space that was measured last, so that others who write before the next measure cannot take
   * them, too. @throws Refusal DISK_FULL if too little would stay free; then it takes nothing.
   */
  reserve(bytes: number): void;
  /** Counts what an address writes. @throws Refusal RATE_LIMITED if it wrote too much in this hour. */
  spend(address: string, bytes: number): Promise<void>;
  /** Counts a new GIF. @throws Refusal DISK_FULL if the GIFs would take too much. */
  addGif(bytes: number): Promise<void>;
  stop(): Promise<void>;
}

interface Deps {
  files: Pick<GifFiles, 'bytes'>;
  /** The folders in which the program writes; they may be on different disks. */
  folders: readonly string[];
  bounds: SpaceBounds;
  /** For tests: the free space and the size of the disk with this folder, in bytes. */
  measureDisk?: (folder: string) => Promise<Disk>;
}

/** In bytes. */
export interface Disk {
  free: number;
  size: number;
}

/** Refuses nothing for a full disk before `start` has measured it. */
export function createSpace({ files, folders, bounds, measureDisk = diskOf }: Deps): Space {
  const written = new RateLimiterMemory({
    keyPrefix: 'bytes',
    points: bounds.addressBytesPerHour,
    duration: HOUR,
  });
  /** How much may still be written until the disks are measured again, on the disk that has the least free space. */
  let left = Infinity;
  let gifBytes = 0;
  let countedAt = -Infinity;
  let counting: Promise<void> | undefined;
  let isFull = false;
  let repeated: Repeated[] = [];

  async function measure(): Promise<undefined> {
    try {
      const disks = await Promise.all(folders.map((folder) => measureDisk(folder)));
      left = Math.min(...disks.map(({ free, size }) => free - floorOf(size)));
      if (left <= 0 && !isFull)
        logger.warn('the disk is nearly full: nothing new is taken until there is space');
      if (left > 0 && isFull) logger.info('the disk has space again');
      isFull = left <= 0;
    } catch (error) {
      logger.warn(`the free space of the disk could not be measured (${String(error)})`);
    }
    return undefined;
  }

  async function count(): Promise<undefined> {
    countedAt = performance.now();
    try {
      gifBytes = await files.bytes();
    } catch (error) {
      logger.warn(`the GIFs could not be counted (${String(error)})`);
    }
    return undefined;
  }

  return {
    async start() {
      await Promise.all([measure(), count()]);
      repeated = [every(MEASURE_EVERY, measure), every(COUNT_EVERY, count)];
    },
    reserve(bytes) {
      if (bytes > left) throw new Refusal('DISK_FULL');
      left -= bytes;
    },
    async spend(address, bytes) {
      try {
        await written.consume(address, bytes);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw new Refusal('RATE_LIMITED', { retryAfter: Math.ceil(error.msBeforeNext / 1_000) });
      }
    },
    async addGif(bytes) {
      const isOverdue = performance.now() - countedAt > COUNT_AGAIN_AFTER;
      if (gifBytes + bytes > bounds.uploadsBytes && isOverdue)
        await (counting ??= count().finally(() => (counting = undefined)));
      if (gifBytes + bytes > bounds.uploadsBytes) throw new Refusal('DISK_FULL');
      gifBytes += bytes;
    },
    async stop() {
      await Promise.all(repeated.map((one) => one.stop()));
    },
  };
}

function floorOf(size: number): number {
  return Math.max(FLOOR.least, Math.min(FLOOR.part * size, FLOOR.most));
}

async function diskOf(folder: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, size: blocks * bsize };
}
