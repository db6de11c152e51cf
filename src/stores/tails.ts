/**
 * The tails of rooms in MongoDB. A commit is one write to the room's document, so the document also has the chats of its
 * last commit: its tail. After the commit the tail is put away, that is, copied into the collection `chats`. This must be
 * done before the next commit, which replaces the tail.
 */
import { mongo } from 'mongoose';
import { logger } from '../logger';
import type { Models, StoredChat } from '../schemas';

/** MongoDB's code of the error that a document with this key exists already. */
export const DUPLICATE_KEY = 11_000;
/** For how many rooms we remember whether the last tail is put away. For other rooms we read the document. */
const REMEMBERED = 10_000;

interface Tails {
  /** Begins to put away the tail of a commit of this process. If it fails, the next commit of the room does it. */
  putAway(roomId: string, version: number, tail: StoredChat[]): void;
  /** Begins to put away a tail that was just read, perhaps of another process, so that our next commit need not wait. */
  adopt(roomId: string, version: number, tail: StoredChat[]): void;
  /** Resolves to true when the tail of this version is put away; to false if the room has another version now. */
  ensurePutAway(roomId: string, version: number): Promise<boolean>;
  /** Resolves when no tail is being put away any more. */
  rest(): Promise<void>;
}

/** Knows of no tail at first, so the first commit of a room reads the room's document. */
export function createTails({ Room, Chat }: Models): Tails {
  /** For each room the last version that we know, and whether its tail is put away. The oldest entry is the first. */
  const last = new Map<string, { version: number; isAway: Promise<boolean> }>();

  async function insert(tail: StoredChat[]): Promise<void> {
    if (tail.length === 0) return;
    // Directly on the driver's collection: these documents already have the form in which they are stored.
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
      // It is another process's tail, or ours after a failure. We put it away only while the room still has this version:
      // later the room may be cleared, and its chats must not come back.
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
 * Whether all failed documents were stored already, by another process or an earlier try. A broken connection gives an
 * error of the same class, but without failed documents; that one must not be ignored.
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
