/** Reads the embedded database without the server: for the move to MongoDB, and for the backup. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { open, type Database, type Key, type RootDatabase } from 'lmdb';
import { checkFormat, DATABASE_FILE, FOR_OWNER, FORMAT } from './embedded-file';
import { chatOf, roomOf, type Kept, type KeptRoom } from './embedded-records';
import { checkLmdbFile } from './lmdb-file';
import { lockDirectory } from './lock';
import type { KeptSession } from './sessions';
import type { NodeRecord } from './store';
import { codeOf, reasonOf } from '../system-error';
import type { Chat, Room } from '../types/room';

/** All records of one kind, in the order of their ids (chats in the order of room and `seq`). */
interface Part<T> {
  count(): number;
  has(id: string): boolean;
  all(): Iterable<T>;
}

export interface EmbeddedReader {
  rooms: Part<Room>;
  chats: Omit<Part<Chat>, 'has'>;
  nodes: Part<NodeRecord>;
  sessions: Part<KeptSession & { sid: string }>;
  /** The version of a room; undefined if there is no such room. */
  versionOf(roomId: string): number | undefined;
  /** The `gif` of every chat that is a GIF, in the order of the rooms. */
  gifs(): Iterable<string>;
  close(): Promise<void>;
}

/**
 * Opens the database in `dir`. No process may write to it meanwhile.
 * @throws Error with one line that names the directory, if there is no database that this program understands.
 */
export async function readEmbedded(dir: string): Promise<EmbeddedReader> {
  return namingDirectory(dir, async () => {
    await checkLmdbFile(path.join(dir, DATABASE_FILE));
    const root = await openToRead(dir);
    try {
      const format: unknown = root.get('format');
      checkFormat(format);
      if (format !== FORMAT) throw new Error('it is of an older version: start the server once');
      return createReader(root);
    } catch (error) {
      await root.close();
      throw error;
    }
  });
}

/**
 * Copies the database in `dir`, as it is at one moment, into another directory. A server may write to it meanwhile.
 * @throws Error with one line that names the directory.
 */
export async function copyEmbedded(dir: string, to: string): Promise<void> {
  await namingDirectory(dir, async () => {
    await checkUnlessInUse(dir);
    const root = await openToRead(dir);
    await root.backup(path.join(to, DATABASE_FILE), false).finally(() => root.close());
  });
}

/** Checks the file, unless a server is writing to it: then the result would mean nothing, and the server has checked it. */
async function checkUnlessInUse(dir: string): Promise<void> {
  const lock = await lockDirectory(dir).catch(() => undefined);
  if (lock !== undefined) await checkLmdbFile(path.join(dir, DATABASE_FILE)).finally(() => lock.release());
}

async function openToRead(dir: string): Promise<RootDatabase> {
  const file = path.join(dir, DATABASE_FILE);
  await access(file);
  return open(file, { ...FOR_OWNER, readOnly: true, noSubdir: true, maxDbs: 16 });
}

/** Does the work. Its errors become errors with one line that names the directory. */
async function namingDirectory<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new Error(`there is no database in ${dir}`, { cause: error });
    throw new Error(`the database in ${dir} cannot be read (${reasonOf(error)})`, { cause: error });
  }
}

function createReader(root: RootDatabase): EmbeddedReader {
  const rooms = part<KeptRoom, string>(root, 'rooms', true);
  const chats = part<Kept<Chat>, [room: string, seq: number]>(root, 'chats');
  const gifs = part<number, [room: string, gif: string]>(root, 'gifs');
  const nodes = part<NodeRecord, string>(root, 'nodes');
  const sessions = part<KeptSession, string>(root, 'sessions');
  return {
    rooms: {
      count: () => rooms.getKeysCount(),
      has: (id) => rooms.doesExist(id),
      all: () => rooms.getRange().map(({ value }) => roomOf(value)),
    },
    chats: {
      count: () => chats.getKeysCount(),
      all: () => chats.getRange().map(({ value }) => chatOf(value)),
    },
    nodes: {
      count: () => nodes.getKeysCount(),
      has: (id) => nodes.doesExist(id),
      all: () => nodes.getRange().map(({ value }) => value),
    },
    sessions: {
      count: () => sessions.getKeysCount(),
      has: (sid) => sessions.doesExist(sid),
      all: () => sessions.getRange().map(({ key, value }) => ({ sid: key, ...value })),
    },
    versionOf: (roomId) => rooms.get(roomId)?.version,
    gifs: () => gifs.getKeys().map(([, gif]) => gif),
    close: () => root.close(),
  };
}

/** Opens one part of the database. lmdb returns undefined if it is missing, although its type does not say so. */
function part<V, K extends Key>(root: RootDatabase, name: string, useVersions = false): Database<V, K> {
  const database: unknown = root.openDB<V, K>(name, { useVersions });
  if (database === undefined) throw new Error(`it has no ${name}`);
  return root.openDB<V, K>(name, { useVersions });
}
