/** Whether this process can serve: not only read, but write, in its store and in the folders of the GIFs. */
import type { OwnNode } from './own-node';
import { logger } from '../logger';
import type { GifFiles } from '../stores/gif-files';
import type { Store } from '../stores/store';
import { within } from '../timers';

/** Whoever asks does not wait for long, in ms. */
const PATIENCE = 2_000;
/** Anybody may ask: the disk is tried at most once in this time, in ms. */
const FRESH = 1_000;

export interface Health {
  /** Resolves when all could be written not long ago, else rejects, within 2 s. What changes is logged. */
  check: () => Promise<void>;
}

interface Deps {
  store: Store;
  node: Pick<OwnNode, 'hasSigned'>;
  files: Pick<GifFiles, 'ping'>;
}

export function createHealth({ store, node, files }: Deps): Health {
  let latest = Promise.resolve();
  let triedAt = -Infinity;
  let isWell = true;
  /** A disk that does not answer is not asked again meanwhile: few can be asked at once. */
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    await store.ping();
    await files.ping();
  }

  async function tryAll(): Promise<void> {
    try {
      if (!node.hasSigned()) throw new Error('the store did not take the last sign of life');
      writing ??= write().finally(() => (writing = undefined));
      await within(PATIENCE, writing);
      if (!isWell) logger.info('the program can serve again');
      isWell = true;
    } catch (error) {
      if (isWell) logger.warn(`the program cannot serve: ${String(error)}`);
      isWell = false;
      throw error;
    }
  }

  return {
    check() {
      if (performance.now() - triedAt >= FRESH) {
        triedAt = performance.now();
        latest = tryAll();
      }
      return latest;
    },
  };
}
