/** One commit of a room: read the room → apply the rules → store. It is tried again until we know how it ended. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnyWaitingChange, Found } from './waiting-change';
import { logger } from '../logger';
import type { Moment } from '../rules/room';
import type { Retractable } from '../rules/takeback';
import { hasSamePeople } from '../rules/hearers';
import type { NonceKey, Store } from '../stores/store';
import type { Chat, Room } from '../types/room';

/** A room remembers the last commit of each node, but of no more nodes than this. */
const MAX_WRITES = 16;

/** The pauses between the tries of a commit, in ms: each is twice as long as the one before, up to the longest. */
export interface Pauses {
  firstPause: number;
  longestPause: number;
}

/** How a commit ended. */
export type Fate =
  /** It is stored. `newest` is the room as it was last read; another process may have changed it again. */
  | { is: 'stored'; room: Room; said: Chat[]; newest: Room }
  /** The rules changed nothing in this room, so there was nothing to store. */
  | { is: 'unchanged'; room: Room }
  /** The store has no such room, or no longer. */
  | { is: 'no room' }
  /**
   * The store does not answer, and no write can have been stored. The program stops, or nobody waits, so we stop trying.
   */
  | { is: 'given up'; error: unknown }
  /** The program stops, and it is not known whether a write was stored. */
  | { is: 'unknown'; error: unknown };

interface Deps {
  store: Store;
  /** The moment for the rules: the time, and how long rooms wait. */
  at: () => Moment;
  /** The id under which this process writes. */
  nodeId: () => string;
  pauses: Pauses;
  /** Aborted when the program stops. */
  stopping: AbortSignal;
}

/**
 * The id that a commit leaves in the room. If the store's answer is lost, we find out by it whether the commit is stored.
 */
interface Write {
  node: string;
  id: string;
}

/** The result of a batch of changes on one version of the room. */
interface Attempt {
  from: Room;
  to: Room;
  said: Chat[];
}

/**
 * Commits a batch of changes of one room together. All tries have the same write id, so the batch is stored once or not at
 * all, even if answers of the store are lost. A withdrawn change is left out if no earlier write with it can be stored any
 * more.
 * @param batch the withdrawn changes are removed from it; the caller answers the others.
 */
export async function commitBatch(
  roomId: string,
  batch: AnyWaitingChange[],
  { store, at, nodeId, pauses, stopping }: Deps,
): Promise<Fate> {
  const write: Write = { node: nodeId(), id: randomUUID() };
  let attempt: Attempt | undefined;
  let isWarned = false;
  let pause = pauses.firstPause;
  for (;;) {
    try {
      const newest = await store.rooms.get(roomId);
      if (attempt !== undefined && newest?.writes[write.node] === write.id)
        return { is: 'stored', room: attempt.to, said: attempt.said, newest };
      if (attempt === undefined || attempt.from.version !== newest?.version) {
        // The version moved, so our earlier writes can no longer be stored. We start again with the room as it is now.
        attempt = undefined;
        leaveOutWithdrawn(batch);
        if (newest === undefined) return { is: 'no room' };
        attempt = await applyAll(batch, newest);
        if (attempt.to === newest) return { is: 'unchanged', room: newest };
      }
      const { from, to, said } = attempt;
      if (await store.rooms.commit(from, to, to.ephemeral ? [] : said))
        return { is: 'stored', room: to, said, newest: to };
      // Another process was first. We read its version at once, without a pause.
    } catch (error) {
      if (!isWarned) logger.warn(`room ${roomId}: the store did not answer, trying again (${String(error)})`);
      isWarned = true;
      const isAwaited = batch.some((entry) => !entry.isWithdrawn);
      if (attempt === undefined && (stopping.aborted || !isAwaited)) return { is: 'given up', error };
      if (stopping.aborted) return { is: 'unknown', error };
      await wait(pause);
      pause = Math.min(pause * 2, pauses.longestPause);
    }
  }

  /** Applies the changes of the batch to the room, one after another. */
  async function applyAll(entries: AnyWaitingChange[], room: Room): Promise<Attempt> {
    const nonces = await nonceLookup(room, entries);
    const found: Found = { byNonce: nonces.find, bySeq: await seqLookup(room, entries) };
    const moment = at();
    const applied: Attempt = { from: room, to: room, said: [] };
    for (const entry of entries) {
      const outcome = entry.apply(applied.to, moment, found);
      if (outcome === undefined) continue;
      applied.to = outcome.room;
      applied.said.push(...outcome.said);
      nonces.add(outcome.said);
    }
    if (applied.to !== room) applied.to = nextVersion(room, applied.to, write);
    return applied;
  }

  /** Finds chats by their nonces: in the store, or in what an ephemeral room remembers, and in what this batch has said. */
  async function nonceLookup(room: Room, entries: AnyWaitingChange[]) {
    const known = new Map<string, { _id: string; seq: number }>();
    const add = (chats: readonly { userId: string; nonce: string; _id: string; seq: number }[]) => {
      for (const { userId, nonce, _id, seq } of chats) known.set(keyOf({ userId, nonce }), { _id, seq });
    };
    const keys = entries.flatMap(({ nonce }) => nonce ?? []);
    if (room.ephemeral) add(room.recent);
    else if (keys.length > 0) add(await store.chats.byNonce(room._id, keys, room.version));
    return { add, find: (userId: string, nonce: string) => known.get(keyOf({ userId, nonce })) };
  }

  /**
   * Finds chats by their numbers, as they were when the room was read or later. A chat of the same batch is not among them:
   * nobody knows its number yet.
   */
  async function seqLookup({ _id, ephemeral, recent }: Room, entries: AnyWaitingChange[]) {
    const known = new Map<number, Retractable>();
    if (ephemeral) for (const chat of recent) known.set(chat.seq, { ...chat, kind: 'chat' });
    else
      for (const about of new Set(entries.flatMap((entry) => entry.about ?? [])))
        for (const chat of await store.chats.page(_id, { after: about - 1 }, 1)) known.set(chat.seq, chat);
    return (seq: number) => known.get(seq);
  }
}

/** Removes the withdrawn changes from the batch. It is called only when no earlier write of the batch can be stored. */
function leaveOutWithdrawn(batch: AnyWaitingChange[]): void {
  const kept = batch.filter((entry) => !entry.dropIfWithdrawn());
  batch.splice(0, batch.length, ...kept);
}

function nextVersion(from: Room, to: Room, write: Write): Room {
  const version = from.version + 1;
  const peopleVersion = hasSamePeople(from, to) ? from.peopleVersion : version;
  return { ...to, version, peopleVersion, writes: withWrite(from.writes, write) };
}

function withWrite(writes: Room['writes'], { node, id }: Write): Room['writes'] {
  const others = Object.entries(writes).filter(([other]) => other !== node);
  return Object.fromEntries([...others.slice(1 - MAX_WRITES), [node, id]]);
}

function keyOf({ userId, nonce }: NonceKey): string {
  return `${userId} ${nonce}`;
}
