/**
 * Watches the other processes (nodes) on the same store. If the sign of life of a process stands still, the process is
 * dead: it has lapsed. Then we take its sockets out of their rooms, so that nobody keeps a place because of a dead process.
 */
import type { RoomChanger } from './change-room';
import type { OwnNode } from './own-node';
import { logger } from '../logger';
import { lapse, holdersOf } from '../rules/places';
import type { NodeRecord, Store } from '../stores/store';
import { every, type Repeated } from '../timers';
import type { Room } from '../types/room';

/** How long things take, in ms. */
export interface WatchPace {
  /** The time from one look at the other processes to the next. */
  every: number;
  /**
   * If a look took longer than this, the store is slow and signs of life may be late. Then we
   * forget what we saw and start again.
   */
  slow: number;
  /** If a sign of life stands still for so long, the process has lapsed. */
  lapse: number;
  /**
   * How long we keep the record of a lapsed process. Writes of it may still arrive late and add its sockets to rooms; as
   * long as we have the record, we find these rooms.
   */
  keep: number;
}
const WATCH_PACE: WatchPace = { every: 5_000, slow: 2_000, lapse: 15_000, keep: 600_000 };

export interface OtherNodes {
  /** Looks at the other processes at once, and then every 5 s. Resolves after the first look. */
  start(): Promise<void>;
  /**
   * Why people may not enter this room, or speak in it, through our process; undefined if they may. `ELSEWHERE`: it is an
   * ephemeral room of another process. `UNAVAILABLE`: the same, but we do not know yet whether that process is alive, so
   * clients should try again.
   */
  refusalIn(room: Room): 'ELSEWHERE' | 'UNAVAILABLE' | undefined;
  /** Resolves when the present look has ended. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  node: Pick<OwnNode, 'id'>;
  changer: RoomChanger;
  pace?: WatchPace;
}

/** Watches nothing before `start`. */
export function createOtherNodes({ store, node, changer, pace = WATCH_PACE }: Deps): OtherNodes {
  /**
   * For each process the last value of its sign of life that we saw, when we saw it first, and whether it ever moved. Times
   * are of our own monotonic clock, because other clocks, also the store's, may be moved.
   */
  const seen = new Map<string, { beats: number; at: number; hasMoved: boolean }>();
  /** When we first saw that a process had lapsed. */
  const lapsed = new Map<string, number>();
  let watching: Repeated | undefined;

  async function look(): Promise<undefined> {
    try {
      const startedAt = performance.now();
      const all = await store.nodes.all();
      if (performance.now() - startedAt > pace.slow) seen.clear();
      forgetAllBut(all);
      for (const other of all) {
        if (other._id === node.id()) continue;
        if (other.lapsedAt !== null) await freePlaces(other._id);
        else if (stoodStill(other) && (await store.nodes.lapse(other._id, other.beats)))
          await freePlaces(other._id);
      }
    } catch (error) {
      seen.clear();
      logger.warn(`the other processes are looked at again (${String(error)})`);
    }
  }

  function forgetAllBut(all: NodeRecord[]): void {
    const ids = new Set(all.map(({ _id }) => _id));
    for (const known of [seen, lapsed]) for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
  }

  function stoodStill({ _id, beats }: NodeRecord): boolean {
    const last = seen.get(_id);
    if (last?.beats === beats) return performance.now() - last.at >= pace.lapse;
    seen.set(_id, { beats, at: performance.now(), hasMoved: last !== undefined });
    return false;
  }

  async function freePlaces(id: string): Promise<void> {
    const lapsedAt = lapsed.get(id) ?? performance.now();
    lapsed.set(id, lapsedAt);
    for (const roomId of await store.rooms.heldBy(id))
      await changer.changeAlways(roomId, { apply: (room, at) => lapse(room, id, at) });
    if (performance.now() - lapsedAt >= pace.keep) await store.nodes.forget(id);
  }

  return {
    async start() {
      // The first look frees the places of processes that stopped before we started.
      await look();
      watching = every(pace.every, look);
    },
    refusalIn(room) {
      const holders = holdersOf(room, node.id());
      if (holders.length === 0) return undefined;
      return holders.some((id) => seen.get(id)?.hasMoved === true) ? 'ELSEWHERE' : 'UNAVAILABLE';
    },
    stop: async () => watching?.stop(),
  };
}
