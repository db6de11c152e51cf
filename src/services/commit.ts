/** One commit of a room, tried until its outcome is known: read the room → apply the rules → store, and again if need be. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnyWaitingChange } from './waiting-change';
import { logger } from '../logger';
import type { Moment } from '../rules/room';
import { hasSamePeople } from '../rules/hearers';
import type { NonceKey, Store } from '../stores/store';
import type { Chat, Room } from '../types/room';

/** How many nodes' last writes a room remembers. */
const MAX_WRITES = 16;

/** Between two tries of a commit, in ms: the first pause is doubled with each try, up to the longest. */
export interface Pauses {
  firstPause: number;
  longestPause: number;
}

/** What became of a commit. */
export type Fate =
  /** It is stored. `newest` is the room as it was last read, which others may have changed again. */
  | { is: 'stored'; room: Room; said: Chat[]; newest: Room }
  /** The rules changed nothing of this room, so there was nothing to store. */
  | { is: 'unchanged'; room: Room }
  /** There is no such room (any more). */
  | { is: 'no room' }
  /** The store does not answer, nothing was tried, and nobody waits any more: it does not happen. */
  | { is: 'given up'; error: unknown }
  /** The program stops while a try may or may not have been stored. */
  | { is: 'unknown'; error: unknown };

interface Deps {
  store: Store;
  /** When and with which graces the rules are applied. */
  at: () => Moment;
  /** The id under which this process writes. */
  nodeId: () => string;
  pauses: Pauses;
  /** Aborted when the program stops. */
  stopping: AbortSignal;
}

/** The mark that a commit leaves in the room, by which it is found again after its answer was lost. */
interface Write {
  node: string;
  id: string;
}

/** What a batch of changes makes of one version of the room. */
interface Attempt {
  from: Room;
  to: Room;
  said: Chat[];
}

/**
 * Commits a batch of changes of one room together. All tries carry the same write id, so however often answers are lost,
 * the batch is stored once or not at all. Changes that were withdrawn are left out while nothing of them can be stored.
 * @param batch loses the withdrawn ones; whoever is left learns the answer by `answer`.
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
        // The version moved, so our earlier tries can no longer be stored; start afresh from what is there.
        attempt = undefined;
        leaveOutWithdrawn(batch);
        if (newest === undefined) return { is: 'no room' };
        attempt = await applyAll(batch, newest);
        if (attempt.to === newest) return { is: 'unchanged', room: newest };
      }
      const { from, to, said } = attempt;
      if (await store.rooms.commit(from, to, to.ephemeral ? [] : said))
        return { is: 'stored', room: to, said, newest: to };
      // Somebody else was first; their version can be read at once.
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

  /** Applies the batch to the room, one change after another. */
  async function applyAll(entries: AnyWaitingChange[], room: Room): Promise<Attempt> {
    const nonces = await nonceLookup(room, entries);
    const moment = at();
    const applied: Attempt = { from: room, to: room, said: [] };
    for (const entry of entries) {
      const outcome = entry.apply(applied.to, moment, nonces.find);
      if (outcome === undefined) continue;
      applied.to = outcome.room;
      applied.said.push(...outcome.said);
      nonces.add(outcome.said);
    }
    if (applied.to !== room) applied.to = nextVersion(room, applied.to, write);
    return applied;
  }

  /** Finds chats by their nonces: what the store has, what an ephemeral room remembers, and what this batch says. */
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
}

/** Nothing of the batch can be stored just now, so a change whose person waits no longer does not happen. */
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
