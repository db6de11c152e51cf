/** Checks whether this process can serve people: it must be able to write, to its store and to the folders of the GIFs. */
import type { OwnNode } from './own-node';
import { logger } from '../logger';
import type { GifFiles } from '../stores/gif-files';
import type { Store } from '../stores/store';
import { within } from '../timers';

/** How long a check may take, in ms. */
const PATIENCE = 2_000;
/** How long the result of a check is used again, in ms. Anybody may ask, and the disk must not be busy with that. */
const FRESH = 1_000;

interface Health {
  /** Resolves if everything could be written at the last check; otherwise rejects. Both within 2 s. Changes are logged. */
  check: () => Promise<void>;
}

interface Deps {
  store: Store;
  node: Pick<OwnNode, 'hasSigned'>;
  files: Pick<GifFiles, 'ping'>;
}

/** Writes nothing before the first check. */
export function createHealth({ store, node, files }: Deps): Health {
  let latest = Promise.resolve();
  let triedAt = -Infinity;
  let isWell = true;
  /** The write that is under way. If the disk does not answer, we wait for this one and start no second one. */
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
