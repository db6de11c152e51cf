/**
 * The processes that hold sockets, each with a record that it beats once in a while. A process whose beats stand still
 * has lapsed: its sockets are taken out of the rooms, so that nobody stays in a room by a process that is gone.
 */
import { randomUUID } from 'node:crypto';
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import { logger } from '../logger';
import { enter, lapse, restart, type Moment, type Outcome } from '../rules/room';
import type { NodeRecord, Store } from '../stores/store';
import type { Chat, Room } from '../types/room';

/** How long things take, in ms. */
export interface LifePace {
  /** From one beat to the next; to the next try after one that failed. */
  beat: number;
  retry: number;
  /** A beat that was answered later than this tells nothing of others: theirs may have been kept back, too. */
  slow: number;
  /** A process whose beats stand still for so long has lapsed. */
  lapse: number;
  /** Without a successful beat for so long, others may soon take us for dead: we let nobody in. */
  stale: number;
  /** How long a lapsed process's record is kept once we saw it, so that what it still wrote late is found. */
  keep: number;
}
export const LIFE_PACE: LifePace = {
  beat: 5_000,
  retry: 1_000,
  slow: 2_000,
  lapse: 15_000,
  stale: 10_000,
  keep: 600_000,
};

/** A socket of this process that has a place. */
export interface Held {
  roomId: string;
  userId: string;
  socketId: string;
}

export interface Nodes {
  /** Begins to beat. When it resolves, what heals each room waits before all else that will be done to it. */
  start(): Promise<void>;
  /** Resolves when what an earlier process left is healed, or the changer stopped. */
  healed: () => Promise<void>;
  /** Whether this process's places are safe: it beat not long ago, and nobody took it for dead. */
  isAlive: () => boolean;
  /** Marks our own record, so that others take our sockets out at once. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  node: { id: string };
  changer: RoomChanger;
  held: () => Held[];
  pace?: LifePace;
}

/** Makes a node's identity; it changes when the others took the node for dead. */
export const createNode = () => ({ id: randomUUID() });

export function createNodes({ store, clock, node, changer, held, pace = LIFE_PACE }: Deps): Nodes {
  /** All by our own monotonic clock: a wall clock may be moved, the store's too. */
  const seen = new Map<string, { beats: number; at: number }>();
  const lapsed = new Map<string, number>();
  let beatAt = -Infinity;
  let beating = Promise.resolve();
  let healing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isWatching = false;
  /** How many times at once we are entering our sockets again. */
  let rebirths = 0;

  /** The record is there before anything is written under its id, or nobody would ever find that dead. */
  async function enroll(id: string): Promise<void> {
    const sentAt = performance.now();
    clock.set(await store.nodes.enroll(id));
    node.id = id;
    beatAt = sentAt;
  }

  /**
   * Where no other process can be alive, every older record is of the past, and every wait starts anew.
   * @returns once the rooms' changes are queued; the healing itself goes on.
   */
  async function healAfterRestart(): Promise<void> {
    const others = (await store.nodes.all()).filter(({ _id }) => _id !== node.id);
    const rooms = new Set(await store.rooms.due(Infinity, Infinity));
    for (const { _id } of others) for (const room of await store.rooms.heldBy(_id)) rooms.add(room);
    let left = rooms.size;
    const changes = [...rooms].map((id) =>
      changer.changeAlways(id, {
        apply: (room, at) => restart(room, node.id, at),
        onFate: (isDone) => (left -= Number(isDone)),
      }),
    );
    healing = Promise.all(changes)
      .then(async () => {
        // As long as a room names them, the next start must know them.
        if (left === 0) for (const { _id } of others) await store.nodes.forget(_id);
      })
      .catch((error: unknown) => logger.warn(`the next start heals again (${String(error)})`));
  }

  async function beat(): Promise<void> {
    const sentAt = performance.now();
    let pause = pace.beat;
    try {
      const now = await store.nodes.beat(node.id);
      if (now === undefined) await beBornAgain();
      else {
        clock.set(now);
        beatAt = sentAt;
      }
      if (performance.now() - sentAt > pace.slow) seen.clear();
      // Not awaited: rooms to be taken out must not hold up the next beat.
      if (!store.exclusive) void watchOthers();
    } catch (error) {
      seen.clear();
      pause = pace.retry;
      logger.warn(`the store did not answer the sign of life (${String(error)})`);
    }
    if (isStopped) return;
    timer = setTimeout(() => {
      beating = beat();
    }, pause);
  }

  /** Others took us for dead and our sockets out: a new name, and every socket that we still hold enters again. */
  async function beBornAgain(): Promise<void> {
    beatAt = -Infinity;
    rebirths++;
    try {
      await enroll(randomUUID());
    } catch (error) {
      rebirths--;
      throw error;
    }
    void enterAll().finally(() => rebirths--);
  }

  async function enterAll(): Promise<void> {
    const all = held();
    const rooms = new Set(all.map(({ roomId }) => roomId));
    await Promise.all(
      [...rooms].map((id) => {
        const sockets = all.filter(({ roomId }) => roomId === id);
        return changer.changeAlways(id, { apply: (room, at) => enterAgain(room, sockets, node.id, at) });
      }),
    );
  }

  async function watchOthers(): Promise<void> {
    if (isWatching) return;
    isWatching = true;
    try {
      const all = await store.nodes.all();
      for (const known of [seen, lapsed])
        for (const id of known.keys()) if (!all.some(({ _id }) => _id === id)) known.delete(id);
      for (const other of all) {
        if (other._id === node.id) continue;
        if (other.lapsedAt !== null) await takeOut(other._id);
        else if (stoodStill(other) && (await store.nodes.lapse(other._id, other.beats)))
          await takeOut(other._id);
      }
    } catch (error) {
      seen.clear();
      logger.warn(`other processes are looked at again (${String(error)})`);
    } finally {
      isWatching = false;
    }
  }

  /** Whether its beats have stood still for long enough by our own monotonic clock. */
  function stoodStill({ _id, beats }: NodeRecord): boolean {
    const last = seen.get(_id);
    if (last?.beats === beats) return performance.now() - last.at >= pace.lapse;
    seen.set(_id, { beats, at: performance.now() });
    return false;
  }

  async function takeOut(id: string): Promise<void> {
    const lapsedAt = lapsed.get(id) ?? performance.now();
    lapsed.set(id, lapsedAt);
    for (const roomId of await store.rooms.heldBy(id)) {
      await changer.changeAlways(roomId, { apply: (room, at) => lapse(room, id, at) });
    }
    if (performance.now() - lapsedAt < pace.keep) return;
    await store.nodes.forget(id);
  }

  return {
    async start() {
      await enroll(node.id);
      await (beating = beat());
      if (store.exclusive) await healAfterRestart();
    },
    healed: () => healing,
    // Where we are the only process, nobody takes us for dead.
    isAlive: () => store.exclusive || (rebirths === 0 && performance.now() - beatAt < pace.stale),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await Promise.all([beating, healing]);
      try {
        const own = (await store.nodes.all()).find(({ _id }) => _id === node.id);
        if (own !== undefined) await store.nodes.lapse(own._id, own.beats);
      } catch (error) {
        logger.warn(`others find out by themselves that we stop (${String(error)})`);
      }
    },
  };
}

/** The sockets enter one after another; those that the room refuses by now do not. */
function enterAgain(room: Room, sockets: Held[], node: string, at: Moment): Outcome {
  const said: Chat[] = [];
  for (const { userId, socketId } of sockets) {
    const entered = enter(room, userId, { node, id: socketId }, at);
    if ('refused' in entered) continue;
    room = entered.room;
    said.push(...entered.said);
  }
  return { room, said, answer: undefined };
}
