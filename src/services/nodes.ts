/**
 * The processes that hold sockets, each with a record that it beats once in a while. A process whose beats stand still
 * has lapsed: its sockets are taken out of the rooms, so that nobody stays in a room by a process that is gone.
 */
import { randomUUID } from 'node:crypto';
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import { logger } from '../logger';
import { enter, lapse, restart } from '../rules/room';
import type { NodeRecord, Store } from '../stores/store';

/** Milliseconds between two beats, and after how many without one a process counts as lapsed. */
const BEAT = 5_000;
const LAPSE = 15_000;
/** Without a successful beat for this long, others may soon take us for dead: we let nobody in. */
const STALE = 10_000;
/** How long a lapsed node's record is kept, so that what it still wrote late is found, in ms of the store's clock. */
const KEEP_LAPSED = 600_000;

/** A socket of this process that has a place. */
export interface Held {
  roomId: string;
  userId: string;
  socketId: string;
}

export interface Nodes {
  /** Heals what an earlier process left, and begins to beat. */
  start(): Promise<void>;
  /** Whether this process's places are safe: it beat not long ago. */
  isFresh(): boolean;
  /** Marks our own record, so that others take our sockets out at once. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  node: { id: string };
  changer: RoomChanger;
  held: () => Held[];
}

/** Makes a node's identity; it changes when the others took the node for dead. */
export const createNode = () => ({ id: randomUUID() });

export function createNodes({ store, clock, node, changer, held }: Deps): Nodes {
  const seen = new Map<string, { beats: number; at: number }>();
  let beatAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function enroll(): Promise<void> {
    clock.set(await store.nodes.enroll(node.id));
    beatAt = performance.now();
  }

  /** Where no other process can be alive, every older record is of the past, and every wait starts anew. */
  async function healAfterRestart(): Promise<void> {
    const others = (await store.nodes.all()).filter(({ _id }) => _id !== node.id);
    const rooms = new Set(await store.rooms.due(Infinity, Infinity));
    for (const { _id } of others) for (const room of await store.rooms.heldBy(_id)) rooms.add(room);
    await Promise.all(
      [...rooms].map((id) => changer.changeAlways(id, { apply: (room, at) => restart(room, node.id, at) })),
    );
    for (const { _id } of others) await store.nodes.forget(_id);
  }

  async function beat(): Promise<void> {
    try {
      const now = await store.nodes.beat(node.id);
      if (now === undefined) await beBornAgain();
      else {
        clock.set(now);
        beatAt = performance.now();
      }
      await watchOthers();
    } catch (error) {
      seen.clear();
      logger.warn(`the store did not answer the sign of life (${String(error)})`);
    }
    if (!isStopped) timer = setTimeout(() => void beat(), BEAT);
  }

  /** Others took us for dead and our sockets out: a new name, and every socket that we still hold enters again. */
  async function beBornAgain(): Promise<void> {
    node.id = randomUUID();
    await enroll();
    await Promise.allSettled(
      held().map(({ roomId, userId, socketId }) =>
        changer.change(roomId, { apply: (room, at) => enter(room, userId, { node: node.id, id: socketId }, at) }),
      ),
    );
  }

  async function watchOthers(): Promise<void> {
    for (const other of await store.nodes.all()) {
      if (other._id === node.id) continue;
      if (other.lapsedAt !== null) await takeOut(other._id, other.lapsedAt);
      else if (stoodStill(other) && (await store.nodes.lapse(other._id, other.beats))) await takeOut(other._id);
    }
  }

  /** Whether its beats have stood still for long enough by our own monotonic clock. */
  function stoodStill({ _id, beats }: NodeRecord): boolean {
    const last = seen.get(_id);
    if (last?.beats === beats) return performance.now() - last.at >= LAPSE;
    seen.set(_id, { beats, at: performance.now() });
    return false;
  }

  async function takeOut(id: string, lapsedAt = clock.now()): Promise<void> {
    for (const roomId of await store.rooms.heldBy(id)) {
      await changer.changeAlways(roomId, { apply: (room, at) => lapse(room, id, at) });
    }
    if (clock.now() - lapsedAt < KEEP_LAPSED) return;
    seen.delete(id);
    await store.nodes.forget(id);
  }

  return {
    async start() {
      await enroll();
      if (store.exclusive) await healAfterRestart();
      await beat();
    },
    isFresh: () => performance.now() - beatAt < STALE,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      const own = (await store.nodes.all()).find(({ _id }) => _id === node.id);
      if (own !== undefined) await store.nodes.lapse(own._id, own.beats);
    },
  };
}
