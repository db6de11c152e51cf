/** A new store for one test: when MONGO_URL names a server, in a new database there, else an embedded one. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { openEmbedded } from '../../src/stores/embedded';
import { openMongo } from '../../src/stores/mongo';
import type { Store } from '../../src/stores/store';

export interface TestStore {
  store: Store;
  /**
   * Opens a second store on the same data, as another process would. The embedded store allows only one, so there it is
   * the same store. `dispose` closes it.
   */
  other(): Promise<Store>;
  /** Closes the store, if it is open, and opens it again on the same data. */
  reopen(): Promise<Store>;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

export async function openTestStore(): Promise<TestStore> {
  const server = process.env['MONGO_URL'];
  return server === undefined || server === '' ? openTestEmbedded() : openTestMongo(server);
}

export async function openTestEmbedded(): Promise<TestStore> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-store-'));
  return keep(
    () => openEmbedded({ dir }),
    () => rm(dir, { recursive: true, force: true }),
  );
}

export async function openTestMongo(server: string): Promise<TestStore> {
  const url = databaseOf(server);
  return keep(
    () => openMongo({ url }),
    () => dropDatabase(url),
  );
}

/** The URL of a new database with a random name on the same server. */
export function databaseOf(server: string): string {
  return server.replace(
    /^(mongodb(?:\+srv)?:\/\/[^/?]*)(?:\/[^?]*)?/,
    `$1/gifchat-test-${randomBytes(6).toString('hex')}`,
  );
}

export async function dropDatabase(url: string): Promise<void> {
  const connection = await mongoose.createConnection(url).asPromise();
  await connection.dropDatabase();
  await connection.close();
}

/** @param remove deletes the data of the stores that `open` opens. */
export async function keep(open: () => Promise<Store>, remove: () => Promise<void>): Promise<TestStore> {
  const others: Store[] = [];
  const kept: TestStore = {
    store: await open(),
    async other() {
      if (kept.store.exclusive) return kept.store;
      const other = await open();
      others.push(other);
      return other;
    },
    async reopen() {
      await kept.store.close();
      return (kept.store = await open());
    },
    async dispose() {
      await Promise.all([kept.store, ...others].map((store) => store.close()));
      await remove();
    },
  };
  return kept;
}
