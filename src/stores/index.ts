/** Opens the store: MongoDB if the configuration names a server, otherwise the embedded store. */
import { openEmbedded } from './embedded';
import { openMongo } from './mongo';
import type { Store } from './store';
import { logger } from '../logger';

/** @throws Error with one line for the person who starts the program; it has no credentials. */
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
