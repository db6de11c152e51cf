/**
 * The one place that changes rooms: every change of a room and its log goes through here. While a commit of a room is
 * under way, later changes of that room wait, and its next commit takes them all. This file decides when a room may
 * commit; commit.ts does it.
 */
import type { Clock } from './clock';
import { commitBatch, type Fate, type Pauses } from './commit';
import { WaitingChange, type Change, type AnyWaitingChange } from './waiting-change';
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { Moment } from '../rules/room';
import type { Store } from '../stores/store';
import type { Chat, Room } from '../types/room';

const CHANGES_PER_COMMIT = 100;
/** So many waiting changes share the cost of a commit well, so they need not wait for the next turn. */
const FULL_TURN = 32;
/** Changes of people that may wait for one room. */
const MAX_WAITING = 1_000;
/** Rooms that commit at the same time: with more, each only gets slower and holds more memory. */
const ROOMS_AT_ONCE = 500;

/** How long things take, in ms. */
export interface Pace extends Pauses {
  /**
   * Between two turns, in which all rooms that have waiting changes commit: changes that come within this time go
   * together. A change that comes alone starts a turn at once.
   */
  turn: number;
  /** How long a person waits for an answer. */
  patience: number;
}
export const PACE: Pace = { turn: 10, firstPause: 50, longestPause: 1_000, patience: 5_000 };

/** A room as it is now, and what a commit of this process has just added to its log. */
export interface News {
  room: Room;
  said: Chat[];
}

/** Hears of rooms from whoever commits or reads them. */
export interface RoomListener {
  /** A room was committed (with what that said) or read (then `said` is empty). */
  changed: (news: News) => void;
  /** A room has no record any more. */
  gone: (roomId: string) => void;
}

export interface RoomChanger {
  /**
   * Applies a person's change. @returns the rule's answer once it is durable.
   * @throws Refusal with the rule's code, `ROOM_NOT_FOUND` when there is no such room, or `UNAVAILABLE` when too many
   * wait or the store did not answer within 5 s (the change may then still happen, unless no commit had taken it).
   */
  change<A>(roomId: string, change: Change<A>): Promise<A>;
  /** Applies what time or a lost connection does: always queued, never withdrawn; a missing room is no error. */
  changeAlways(roomId: string, change: Change<undefined>): Promise<void>;
  /** Whether a commit of this process may be under way in the room: what it changes is told when it is done. */
  isChanging: (roomId: string) => boolean;
  /** Refuses what waits and what comes; resolves when what is under way is done. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  /** The id under which this process holds sockets and writes. */
  nodeId: () => string;
  graces: Pick<Moment, 'reconnectGrace' | 'emptyRoomGrace'>;
  listener: RoomListener;
  pace?: Pace;
}

/** The changes of one room. */
interface Queue {
  roomId: string;
  waiting: AnyWaitingChange[];
  isCommitting: boolean;
}

export function createRoomChanger({
  store,
  clock,
  nodeId,
  graces,
  listener,
  pace = PACE,
}: Deps): RoomChanger {
  const queues = new Map<string, Queue>();
  /** Those with waiting changes that do not commit yet, in the order in which they came. */
  const ready = new Set<Queue>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const deps = {
    store,
    at: () => ({ now: clock.now(), ...graces }),
    nodeId,
    pauses: pace,
    stopping: stop.signal,
  };
  let lastTurn = -Infinity;
  let nextTurn: NodeJS.Timeout | undefined;
  let isTurnNear = false;

  function enqueue(roomId: string, entry: AnyWaitingChange): void {
    let queue = queues.get(roomId);
    if (queue === undefined) queues.set(roomId, (queue = { roomId, waiting: [], isCommitting: false }));
    if (stop.signal.aborted || (!entry.always && queue.waiting.length >= MAX_WAITING)) {
      entry.fail(new Refusal('UNAVAILABLE'));
      return;
    }
    queue.waiting.push(entry);
    makeReady(queue);
  }

  function makeReady(queue: Queue): void {
    if (queue.isCommitting || queue.waiting.length === 0) return;
    ready.add(queue);
    planTurn();
  }

  function planTurn(): void {
    if (isTurnNear || ready.size === 0 || running.size >= ROOMS_AT_ONCE) return;
    const pause = isTurnFull() ? 0 : lastTurn + pace.turn - performance.now();
    if (pause > 0) {
      nextTurn ??= setTimeout(takeTurn, pause);
      return;
    }
    // setTimeout would wait for a millisecond at least.
    isTurnNear = true;
    setImmediate(takeTurn);
  }

  function isTurnFull(): boolean {
    let changes = 0;
    for (const { waiting } of ready) {
      changes += waiting.length;
      if (changes >= FULL_TURN) return true;
    }
    return false;
  }

  function takeTurn(): void {
    clearTimeout(nextTurn);
    nextTurn = undefined;
    isTurnNear = false;
    lastTurn = performance.now();
    for (const queue of ready) {
      if (running.size >= ROOMS_AT_ONCE) break;
      ready.delete(queue);
      queue.isCommitting = true;
      const run = commitWaiting(queue).finally(() => {
        running.delete(run);
        planTurn();
      });
      running.add(run);
    }
  }

  /** Commits what waits, up to its bound, and answers those who wait for it. */
  async function commitWaiting(queue: Queue): Promise<void> {
    const batch = queue.waiting.splice(0, CHANGES_PER_COMMIT);
    const startedAt = performance.now();
    const fate = await commitBatch(queue.roomId, batch, deps);
    announce(queue.roomId, fate);
    answer(batch, fate);
    const isShared = fate.is === 'stored' && isSharedWithOthers(fate.room);
    // Other processes want to commit to this room, too: they get as long as we took.
    if (isShared) setTimeout(goOn, Math.min(performance.now() - startedAt, pace.longestPause), queue);
    else goOn(queue);
  }

  function goOn(queue: Queue): void {
    queue.isCommitting = false;
    if (queue.waiting.length === 0) queues.delete(queue.roomId);
    else makeReady(queue);
  }

  /** What is stored is stored: a listener that throws must not keep anybody's answer back. */
  function announce(roomId: string, fate: Fate): void {
    try {
      if (fate.is === 'no room') listener.gone(roomId);
      if (fate.is === 'unchanged') listener.changed({ room: fate.room, said: [] });
      if (fate.is !== 'stored') return;
      listener.changed({ room: fate.room, said: fate.said });
      if (fate.newest !== fate.room) listener.changed({ room: fate.newest, said: [] });
    } catch (error) {
      logger.error(error);
    }
  }

  /** Whether another process has sockets in the room, and so changes of its own. */
  function isSharedWithOthers({ people }: Room): boolean {
    return people.some(({ sockets }) => sockets.some((socket) => socket.node !== nodeId()));
  }

  return {
    change: (roomId, change) =>
      new Promise((resolve, reject) => {
        enqueue(roomId, new WaitingChange(change, resolve, reject, pace.patience));
      }),
    changeAlways: (roomId, change) =>
      new Promise((resolve) => {
        enqueue(roomId, new WaitingChange(change, resolve, () => resolve(), 'for ever'));
      }),
    isChanging: (roomId) => queues.get(roomId)?.isCommitting === true,
    async stop() {
      stop.abort();
      ready.clear();
      for (const { waiting } of queues.values())
        for (const entry of waiting.splice(0)) entry.fail(new Refusal('UNAVAILABLE'));
      await Promise.allSettled(running);
    },
  };
}

function answer(batch: AnyWaitingChange[], fate: Fate): void {
  for (const entry of batch) {
    if (fate.is === 'stored' || fate.is === 'unchanged') entry.answer();
    else if (fate.is === 'no room') entry.fail(new Refusal('ROOM_NOT_FOUND'));
    else if (fate.is === 'given up') entry.fail(fate.error);
    else entry.abandon(fate.error);
  }
}
