/** The store that needs nothing but Node: LMDB in a directory, for one process. */
import path from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { prepareFolder, tryToWrite } from '../folder';
import { isRoomId } from '../rules/inputs';
import { checkLmdbFile, DamagedFile } from './lmdb-file';
import { lockDirectory } from './lock';
import { EmbeddedSessions } from './sessions';
import type { NodeRecord, Store } from './store';
import type { Chat, Room } from '../types/room';

export const DATABASE_FILE = 'gifchat.mdb';
/** lmdb's own types do not know this option: its file, and the one of its lock, are for their owner alone. */
export const FOR_OWNER = { permissionsMode: 0o600 };
/** How the records are laid out. A database of a newer format is not opened; an older one is migrated. */
export const FORMAT = 1;
/** Sorts behind every id and every number that a key may end with. */
const LAST = '\uffff';

/** How many rooms are kept decoded, those used last. */
const MAX_WARM = 500;

/**
 * Opens the database in `dir`, which is made if it is missing, and keeps other processes out of it.
 * @throws Error with one line that names the directory, and the other process's pid if it is in use.
 */
export async function openEmbedded({ dir }: { dir: string }): Promise<Store> {
  await prepareFolder('DATA_DIR', dir, 0o700);
  const lock = await lockDirectory(dir);
  try {
    const file = path.join(dir, DATABASE_FILE);
    await checkLmdbFile(file);
    const root = openDatabase(file);
    try {
      return createStore(root, dir, () => lock.release());
    } catch (error) {
      await root.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    const advice =
      error instanceof DamagedFile ? ': restore a backup of it, or move it away to begin anew' : '';
    throw new Error(`the database in ${dir} cannot be opened (${reasonOf(error)})${advice}`, {
      cause: error,
    });
  }
}

/** A value as it is kept: its date in ms, which needs no class to be encoded. */
export type Kept<T> = T extends { createdAt: Date } ? Omit<T, 'createdAt'> & { createdAt: number } : never;

/** A room as it is kept; `peopleVersion` is missing where it was stored before that was kept. */
export type KeptRoom = Omit<Kept<Room>, 'peopleVersion'> & { peopleVersion?: number };

/** What of a room its index entries are made of. */
type Indexed = Pick<Room, '_id' | 'dueAt' | 'closedAt'>;

function createStore(root: RootDatabase, dir: string, release: () => Promise<void>): Store {
  const rooms = root.openDB<KeptRoom, string>('rooms', { useVersions: true });
  const openRooms = root.openDB<true, string>('openRooms', {});
  const due = root.openDB<true, [dueAt: number, room: string]>('due', {});
  const chats = root.openDB<Kept<Chat>, [room: string, seq: number]>('chats', {});
  const nonces = root.openDB<number, [room: string, userId: string, nonce: string]>('nonces', {});
  const gifs = root.openDB<number, [room: string, gif: string]>('gifs', {});
  const nodes = root.openDB<NodeRecord, string>('nodes', {});
  const warm = new Map<string, Room>();
  let closing: Promise<void> | undefined;
  migrate();
  const sessions = new EmbeddedSessions(root, write);

  /** One transaction, on the disk when it resolves; those of one turn of the event loop share a flush. */
  async function write<T>(work: () => T): Promise<T> {
    // lmdb itself would bring down the process.
    if (closing !== undefined) throw new Error(`the database in ${dir} is closed`);
    try {
      return await root.transaction(work);
    } catch (error) {
      throw await causeOf(error);
    }
  }

  /** A room as last committed. It is shared: nobody changes a room in depth. */
  function roomNow(id: string): Room | undefined {
    const room = roomAt(id);
    if (room !== undefined) keepWarm(room);
    return room;
  }

  function roomAt(id: string): Room | undefined {
    const known = warm.get(id);
    if (known !== undefined) return known;
    const kept = rooms.get(id);
    return kept && roomOf(kept);
  }

  function keepWarm(room: Room): void {
    warm.delete(room._id);
    warm.set(room._id, room);
    for (const oldest of warm.keys()) {
      if (warm.size <= MAX_WARM) break;
      warm.delete(oldest);
    }
  }

  /** To be called, as all that puts and removes, in a transaction. */
  function putRoom(from: Room | undefined, to: Room): void {
    void rooms.put(to._id, { ...to, createdAt: to.createdAt.getTime() }, to.version);
    indexRoom(from, to);
  }

  /** Puts and removes whichever of its index entries changed. */
  function indexRoom(from: Indexed | undefined, to: Indexed): void {
    if (from?.dueAt !== to.dueAt) {
      if (from !== undefined && from.dueAt !== null) void due.remove([from.dueAt, to._id]);
      if (to.dueAt !== null) void due.put([to.dueAt, to._id], true);
    }
    const wasOpen = from !== undefined && from.closedAt === null;
    const isOpen = to.closedAt === null;
    if (isOpen && !wasOpen) void openRooms.put(to._id, true);
    if (wasOpen && !isOpen) void openRooms.remove(to._id);
  }

  function putChat(chat: Chat): void {
    void chats.put([chat.room, chat.seq], { ...chat, createdAt: chat.createdAt.getTime() });
    indexChat(chat);
  }

  function indexChat(chat: Chat | Kept<Chat>): void {
    const { room, seq, userId, nonce } = chat;
    void nonces.put([room, userId, nonce], seq);
    if (chat.kind === 'gif') void gifs.put([room, chat.gif], seq);
  }

  function removeChat(chat: Kept<Chat>): void {
    const { room, seq, userId, nonce } = chat;
    void chats.remove([room, seq]);
    void nonces.remove([room, userId, nonce]);
    if (chat.kind === 'gif') void gifs.remove([room, chat.gif]);
  }

  /** Format 0 had rooms and chats, and neither a record of its format nor indexes. */
  function indexAll(): void {
    for (const { value } of rooms.getRange()) indexRoom(undefined, value);
    for (const { value } of chats.getRange()) indexChat(value);
  }

  /** In one transaction, so that a database is of one format or of the next. */
  function migrate(): void {
    const format = formatOf(root) ?? 0;
    if (format === FORMAT) return;
    root.transactionSync(() => {
      for (const toNext of [indexAll].slice(format)) toNext();
      void root.put('format', FORMAT);
    });
  }

  async function closeAll(): Promise<void> {
    try {
      await sessions.close();
      await root.close();
    } finally {
      await release();
    }
  }

  return {
    location: `the embedded database in ${dir}`,
    exclusive: true,
    rooms: {
      insert: (room) =>
        write(() => {
          if (rooms.doesExist(room._id)) throw new Error(`room ${room._id} exists already`);
          putRoom(undefined, room);
        }),
      // What is no id names no room, and may be too long for a key.
      get: async (id) => (isRoomId(id) ? roomNow(id) : undefined),
      // A throw does not undo the puts before it, so all is looked at before the first.
      commit: async (from, to, said) => {
        const isFirst = await write(() => {
          if (!rooms.doesExist(from._id, from.version)) return false;
          const taken = said.find(({ room, seq }) => chats.doesExist([room, seq]));
          if (taken !== undefined) throw new Error(`room ${to._id} has a chat ${String(taken.seq)} already`);
          putRoom(from, to);
          said.forEach(putChat);
          return true;
        });
        if (isFirst) keepWarm(to);
        else warm.delete(to._id);
        return isFirst;
      },
      list: async (before, limit) => {
        const start = before ?? LAST;
        return [...openRooms.getKeys({ reverse: true, start, exclusiveStart: true, limit })].flatMap(
          (id) => roomAt(id) ?? [],
        );
      },
      due: async (time, limit, beyond = Infinity) => {
        const upTo = Number.isFinite(limit) ? { limit } : {};
        const keys = [
          ...due.getKeys({ end: [time, LAST], ...upTo }),
          ...due.getKeys({ start: [beyond, LAST], ...upTo }),
        ];
        return keys.map(([, id]) => id).slice(0, limit);
      },
      // Only a start after a crash asks: an index would cost every commit.
      heldBy: async (node) => {
        const holds = ({ people }: KeptRoom) =>
          people.some(({ sockets }) => sockets.some((socket) => socket.node === node));
        return [...rooms.getRange().filter(({ value }) => holds(value))].map(({ key }) => key);
      },
      existing: async (ids) => ids.filter((id) => rooms.doesExist(id)),
      marks: async (ids) => ids.flatMap((id) => roomAt(id) ?? []),
      remove: async (id) => {
        await write(() => {
          const room = rooms.get(id);
          if (room === undefined) return;
          void rooms.remove(id);
          void openRooms.remove(id);
          if (room.dueAt !== null) void due.remove([room.dueAt, id]);
        });
        warm.delete(id);
      },
    },
    chats: {
      page: async (room, range, limit) => {
        if (range !== 'newest' && 'after' in range) {
          const { after } = range;
          return valuesOf(
            chats.getRange({ start: [room, after], exclusiveStart: true, end: [room, LAST], limit }),
          ).map(chatOf);
        }
        const start = [room, range === 'newest' ? LAST : range.before];
        const back = chats.getRange({ reverse: true, start, exclusiveStart: true, end: [room], limit });
        return valuesOf(back).reverse().map(chatOf);
      },
      byNonce: async (room, keys) =>
        keys.flatMap(({ userId, nonce }) => {
          const seq = nonces.get([room, userId, nonce]);
          const chat = seq === undefined ? undefined : chats.get([room, seq]);
          return chat === undefined ? [] : [chatOf(chat)];
        }),
      gifsNamed: async (room, names) => names.filter((gif) => gifs.doesExist([room, gif])),
      clear: (room, limit) =>
        write(() => {
          const first = valuesOf(chats.getRange({ start: [room], end: [room, LAST], limit }));
          first.forEach(removeChat);
          return first.length;
        }),
    },
    nodes: {
      enroll: (id) =>
        write(() => {
          void nodes.put(id, { _id: id, beats: 0, lapsedAt: null });
          return Date.now();
        }),
      sign: (id) =>
        write(() => {
          const node = nodes.get(id);
          if (node === undefined || node.lapsedAt !== null) return undefined;
          void nodes.put(id, { ...node, beats: node.beats + 1 });
          return Date.now();
        }),
      all: async () => valuesOf(nodes.getRange()),
      lapse: (id, beats) =>
        write(() => {
          const node = nodes.get(id);
          if (node?.beats !== beats || node.lapsedAt !== null) return false;
          void nodes.put(id, { ...node, lapsedAt: Date.now() });
          return true;
        }),
      forget: (id) =>
        write(() => {
          void nodes.remove(id);
        }),
    },
    sessions,
    ping: async () => {
      rooms.doesExist('');
      await tryToWrite(dir);
    },
    close: () => (closing ??= closeAll()),
  };
}

/** @throws Error with the reason when what is there is no database, or one that this program does not understand. */
function openDatabase(file: string): RootDatabase {
  // A write that resolves is on the disk: without this, lmdb flushes later.
  const root = open(file, { ...FOR_OWNER, overlappingSync: false, eventTurnBatching: false, maxDbs: 16 });
  try {
    const names = [...root.getKeys()];
    const isOfFormat0 = names.length === 0 || (names.includes('rooms') && names.includes('chats'));
    checkFormat(formatOf(root) ?? (isOfFormat0 ? 0 : undefined));
    return root;
  } catch (error) {
    void root.close();
    throw error;
  }
}

function formatOf(root: RootDatabase): number | undefined {
  const format: unknown = root.get('format');
  return typeof format === 'number' ? format : undefined;
}

/** @throws Error with the reason when what is kept as the format is none, or a newer one. */
export function checkFormat(format: unknown): void {
  if (typeof format !== 'number') throw new Error('it holds something else');
  if (format > FORMAT) throw new Error(`its format is ${String(format)}, of a newer version of this program`);
}

/** A room without `peopleVersion` counts as just changed. */
export function roomOf(kept: KeptRoom): Room {
  const { peopleVersion = kept.version, createdAt } = kept;
  return { ...kept, peopleVersion, createdAt: new Date(createdAt) };
}

export function chatOf(kept: Kept<Chat>): Chat {
  return { ...kept, createdAt: new Date(kept.createdAt) };
}

function valuesOf<V>(entries: Iterable<{ value: V }>): V[] {
  return Array.from(entries, ({ value }) => value);
}

/** lmdb says that a commit failed and why in a promise beside it, which must not be left alone. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  return Promise.resolve(error.commitError).then(
    () => error,
    (cause: unknown) => new Error(`the disk did not take it (${reasonOf(cause)})`, { cause }),
  );
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
