/** Which store: MongoDB where one is named, else the embedded one. */
import { openEmbedded } from './embedded';
import { openMongo } from './mongo';
import type { Store } from './store';
import { logger } from '../logger';

/** @throws Error with one line for whoever starts the program, without credentials. */
export async function openStore({
  mongoUrl,
  dataDir,
}: {
  mongoUrl?: string | undefined;
  dataDir: string;
}): Promise<Store> {
  const store = await (mongoUrl === undefined
    ? openEmbedded({ dir: dataDir })
    : openMongo({ url: mongoUrl }));
  logger.info(`rooms and chats are kept in ${store.location}`);
  return store;
}
