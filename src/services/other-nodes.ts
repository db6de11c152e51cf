/**
 * The other processes on the same store: one whose sign of life stands still has lapsed, and its sockets' places are
 * freed, so that nobody stays in a room through a process that is gone.
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
  /** From one look at the others to the next. */
  every: number;
  /** A look that took longer than this proves nothing: the signs of the others may have been kept back, too. */
  slow: number;
  /** A process whose sign stands still for so long has lapsed. */
  lapse: number;
  /** How long a lapsed process's record is kept after we saw it, so that what it still wrote late is found. */
  keep: number;
}
export const WATCH_PACE: WatchPace = { every: 5_000, slow: 2_000, lapse: 15_000, keep: 600_000 };

export interface OtherNodes {
  /** Looks now, and then again every 5 s. */
  start(): Promise<void>;
  /**
   * Why nobody may enter or speak in this ephemeral room through our process: it lives on another one (`ELSEWHERE`), or on
   * one of which we do not know yet whether it is alive (`UNAVAILABLE`, so that clients try again).
   */
  refusalIn(room: Room): 'ELSEWHERE' | 'UNAVAILABLE' | undefined;
  /** Resolves when nothing more is looked at. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  node: Pick<OwnNode, 'id'>;
  changer: RoomChanger;
  pace?: WatchPace;
}

export function createOtherNodes({ store, node, changer, pace = WATCH_PACE }: Deps): OtherNodes {
  /** All by our own monotonic clock: a wall clock may be moved, the store's too. */
  const seen = new Map<string, { beats: number; at: number; hasMoved: boolean }>();
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
      // Places of a process that stopped before we came are freed at once.
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
