/**
 * A room's document carries the chats of its last commit, its tail: one write stores both. Then the tail is put into
 * `chats`, where it must be before the next commit takes its place.
 */
import { mongo } from 'mongoose';
import { logger } from '../logger';
import type { Models, StoredChat } from '../schemas';

export const DUPLICATE_KEY = 11_000;
/** Of how many rooms we remember that their last tail is put away; of others the document is asked. */
const REMEMBERED = 10_000;

export interface Tails {
  /** Begins to put away what this process has just committed; a failure is made up for by whoever commits next. */
  putAway(roomId: string, version: number, tail: StoredChat[]): void;
  /** Begins to put away another process's tail that was just read, so that the commit to come need not wait for it. */
  adopt(roomId: string, version: number, tail: StoredChat[]): void;
  /** Resolves when the tail of this version is put away; false when the room has another version by now. */
  ensurePutAway(roomId: string, version: number): Promise<boolean>;
  /** Resolves when nothing is being put away. */
  rest(): Promise<void>;
}

export function createTails({ Room, Chat }: Models): Tails {
  /** Each room's last commit of this process, and whether its tail was put away. The oldest first. */
  const last = new Map<string, { version: number; isAway: Promise<boolean> }>();

  async function insert(tail: StoredChat[]): Promise<void> {
    if (tail.length === 0) return;
    // Past mongoose's casting: these are the very documents that the room carries.
    await Chat.collection.insertMany(tail, { ordered: false }).catch((error: unknown) => {
      if (!isOnlyDuplicates(error)) throw error;
    });
  }

  function remember(roomId: string, version: number, isAway: Promise<boolean>): void {
    last.delete(roomId);
    last.set(roomId, { version, isAway });
    const [oldest] = last.keys();
    if (last.size > REMEMBERED && oldest !== undefined) last.delete(oldest);
  }

  function putAway(roomId: string, version: number, tail: StoredChat[]): void {
    const isAway = insert(tail).then(
      () => true,
      (error: unknown) => {
        logger.warn(
          `room ${roomId}: the chats of version ${String(version)} wait in the room (${String(error)})`,
        );
        return false;
      },
    );
    remember(roomId, version, isAway);
  }

  return {
    putAway,
    adopt(roomId, version, tail) {
      const own = last.get(roomId);
      if (own === undefined || own.version < version) putAway(roomId, version, tail);
    },
    async ensurePutAway(roomId, version) {
      const own = last.get(roomId);
      if (own?.version === version && (await own.isAway)) return true;
      // Another process's tail, or one that failed: only while the room still carries it, for later it may be cleared.
      const room = await Room.findOne({ _id: roomId, version }, { tail: 1 }).lean();
      if (room === null) return false;
      await insert(room.tail);
      remember(roomId, version, Promise.resolve(true));
      return true;
    },
    async rest() {
      await Promise.all([...last.values()].map(({ isAway }) => isAway));
    },
  };
}

/**
 * Whether all that failed is there already: another process, or an earlier try, put it away. A line that broke comes as
 * the same class of error, and names no document that failed.
 */
function isOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof mongo.MongoBulkWriteError)) return false;
  const failed = [error.writeErrors].flat();
  return (
    failed.length > 0 &&
    failed.every(({ code }) => code === DUPLICATE_KEY) &&
    error.result.getWriteConcernError() === undefined
  );
}
