/** The embedded store, which needs no database server: LMDB in a directory, for one process. */
import path from 'node:path';
import type { RootDatabase } from 'lmdb';
import { DATABASE_FILE, FORMAT, formatOf, openDatabase } from './embedded-file';
import { embeddedNodes } from './embedded-nodes';
import { chatOf, roomOf, valuesOf, type Kept, type KeptRoom } from './embedded-records';
import { checkLmdbFile, DamagedFile } from './lmdb-file';
import { lockDirectory } from './lock';
import { EmbeddedSessions } from './sessions';
import type { Store } from './store';
import { createWarmRooms } from './warm-rooms';
import { prepareFolder, tryToWrite } from '../folder';
import { isRoomId } from '../rules/inputs';
import { withoutContent, withoutErasing } from '../rules/log';
import { reasonOf } from '../system-error';
import type { Chat, Room } from '../types/room';

/** As the last part of a key, it sorts behind every id and every number. */
const LAST = '\uffff';

/**
 * Opens the database in `dir`, and makes the directory if it is missing. Other processes cannot open it meanwhile.
 * @throws Error with one line that names the directory, and, if another process uses it, that process's pid.
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

/** The fields of a room from which its index entries are made. */
type Indexed = Pick<Room, '_id' | 'dueAt' | 'closedAt'>;

function createStore(root: RootDatabase, dir: string, release: () => Promise<void>): Store {
  const rooms = root.openDB<KeptRoom, string>('rooms', { useVersions: true });
  const openRooms = root.openDB<true, string>('openRooms', {});
  const due = root.openDB<true, [dueAt: number, room: string]>('due', {});
  const chats = root.openDB<Kept<Chat>, [room: string, seq: number]>('chats', {});
  const nonces = root.openDB<number, [room: string, userId: string, nonce: string]>('nonces', {});
  const gifs = root.openDB<number, [room: string, gif: string]>('gifs', {});
  const warm = createWarmRooms((id) => {
    const kept = rooms.get(id);
    return kept && roomOf(kept);
  });
  let closing: Promise<void> | undefined;
  migrate();
  const sessions = new EmbeddedSessions(root, write);

  /** One transaction. When it resolves, it is on the disk. Transactions of one turn of the event loop share a flush. */
  async function write<T>(work: () => T): Promise<T> {
    // On a closed database lmdb would crash the process.
    if (closing !== undefined) throw new Error(`the database in ${dir} is closed`);
    try {
      return await root.transaction(work);
    } catch (error) {
      throw await causeOf(error);
    }
  }

  /** Must be called inside a transaction, like all functions below that put or remove. */
  function putRoom(from: Room | undefined, to: Room): void {
    void rooms.put(to._id, { ...to, createdAt: to.createdAt.getTime() }, to.version);
    indexRoom(from, to);
  }

  /** Puts and removes the index entries of a room that changed. */
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

  /** The chats of a room, as they may be shown. */
  function shown(room: string, read: Chat[]): Chat[] {
    return withoutErasing(read, warm.look(room)?.erasing ?? []);
  }

  function putChat(chat: Chat): void {
    void chats.put([chat.room, chat.seq], { ...chat, createdAt: chat.createdAt.getTime() });
    indexChat(chat);
  }

  function indexChat(chat: Chat | Kept<Chat>): void {
    const { room, seq, userId, nonce } = chat;
    void nonces.put([room, userId, nonce], seq);
    if (chat.kind === 'gif' && chat.takenBack !== true) void gifs.put([room, chat.gif], seq);
  }

  function removeChat(chat: Kept<Chat>): void {
    const { room, seq, userId, nonce } = chat;
    void chats.remove([room, seq]);
    void nonces.remove([room, userId, nonce]);
    if (chat.kind === 'gif' && chat.takenBack !== true) void gifs.remove([room, chat.gif]);
  }

  /** Makes the indexes. Databases of format 0 have none, and no record of their format either. */
  function indexAll(): void {
    for (const { value } of rooms.getRange()) indexRoom(undefined, value);
    for (const { value } of chats.getRange()) indexChat(value);
  }

  /** Brings the database to the newest format. It is one transaction, so a crash leaves the old format or the new one. */
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
      // A text that is no room id may be too long for a key.
      get: async (id) => (isRoomId(id) ? warm.use(id) : undefined),
      // An error does not undo earlier puts of the transaction. So everything is checked before the first put.
      commit: async (from, to, said) => {
        const isFirst = await write(() => {
          if (!rooms.doesExist(from._id, from.version)) return false;
          const taken = said.find(({ room, seq }) => chats.doesExist([room, seq]));
          if (taken !== undefined) throw new Error(`room ${to._id} has a chat ${String(taken.seq)} already`);
          putRoom(from, to);
          said.forEach(putChat);
          return true;
        });
        if (isFirst) warm.keep(to);
        else warm.forget(to._id);
        return isFirst;
      },
      list: async (before, limit) => {
        const start = before ?? LAST;
        return [...openRooms.getKeys({ reverse: true, start, exclusiveStart: true, limit })].flatMap(
          (id) => warm.look(id) ?? [],
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
      // This is asked only at the start after a crash, so it has no index: an index would make every commit slower.
      heldBy: async (node) => {
        const holds = ({ people }: KeptRoom) =>
          people.some(({ sockets }) => sockets.some((socket) => socket.node === node));
        return [...rooms.getRange().filter(({ value }) => holds(value))].map(({ key }) => key);
      },
      existing: async (ids) => ids.filter((id) => rooms.doesExist(id)),
      marks: async (ids) => ids.flatMap((id) => warm.look(id) ?? []),
      remove: async (id) => {
        await write(() => {
          const room = rooms.get(id);
          if (room === undefined) return;
          void rooms.remove(id);
          void openRooms.remove(id);
          if (room.dueAt !== null) void due.remove([room.dueAt, id]);
        });
        warm.forget(id);
      },
    },
    chats: {
      page: async (room, range, limit) => {
        if (range !== 'newest' && 'after' in range) {
          const { after } = range;
          const forth = chats.getRange({
            start: [room, after],
            exclusiveStart: true,
            end: [room, LAST],
            limit,
          });
          return shown(room, valuesOf(forth).map(chatOf));
        }
        const start = [room, range === 'newest' ? LAST : range.before];
        const back = chats.getRange({ reverse: true, start, exclusiveStart: true, end: [room], limit });
        return shown(room, valuesOf(back).reverse().map(chatOf));
      },
      byNonce: async (room, keys) =>
        keys.flatMap(({ userId, nonce }) => {
          const seq = nonces.get([room, userId, nonce]);
          const chat = seq === undefined ? undefined : chats.get([room, seq]);
          return chat === undefined ? [] : [chatOf(chat)];
        }),
      erase: (room, seqs) =>
        write(() => {
          for (const seq of seqs) {
            const chat = chats.get([room, seq]);
            if (chat === undefined) continue;
            if (chat.kind === 'gif' && chat.takenBack !== true) void gifs.remove([room, chat.gif]);
            putChat(withoutContent(chatOf(chat)));
          }
        }),
      isAny: async (room, userId) =>
        [...nonces.getKeys({ start: [room, userId], end: [room, userId, LAST], limit: 1 })].length > 0,
      gifsNamed: async (room, names) => names.filter((gif) => gifs.doesExist([room, gif])),
      clear: (room, limit) =>
        write(() => {
          const first = valuesOf(chats.getRange({ start: [room], end: [room, LAST], limit }));
          first.forEach(removeChat);
          return first.length;
        }),
    },
    nodes: embeddedNodes(root, write),
    sessions,
    ping: async () => {
      rooms.doesExist('');
      await tryToWrite(dir);
    },
    close: () => (closing ??= closeAll()),
  };
}

/**
 * The reason why a commit failed. lmdb puts it into a second promise, `commitError`, which must be awaited: otherwise its
 * rejection would be unhandled.
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  return Promise.resolve(error.commitError).then(
    () => error,
    (cause: unknown) => new Error(`the disk did not take it (${reasonOf(cause)})`, { cause }),
  );
}
