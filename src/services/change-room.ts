/**
 * Every change of a room and its log goes through this file. While a commit of a room is under way, later changes of that
 * room wait, and the room's next commit stores them all together. This file decides when a room commits; commit.ts does
 * the commit.
 */
import type { Clock } from './clock';
import { commitBatch, type Fate, type Pauses } from './commit';
import { WaitingChange, type Change, type AnyWaitingChange } from './waiting-change';
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { Moment } from '../rules/room';
import type { Store } from '../stores/store';
import type { Chat, Room } from '../types/room';

/** How many changes one commit takes. */
const CHANGES_PER_COMMIT = 100;
/** With so many waiting changes a commit is worth its cost, so the next turn starts at once. */
const FULL_TURN = 32;
/** How many changes may wait for one room; with more, changes that people ask for are refused. */
const MAX_WAITING = 1_000;
/** How many rooms commit at the same time. With more, every commit gets slower and more memory is held. */
const ROOMS_AT_ONCE = 500;

/** How long things take, in ms. */
export interface Pace extends Pauses {
  /**
   * The time from one turn to the next. In a turn, all rooms that have waiting changes commit, so changes that come within
   * this time are stored together. If the last turn is longer ago, a new change starts a turn at once.
   */
  turn: number;
  /** How long a person waits for an answer. After that, the person is told that the store did not answer. */
  patience: number;
}
/** The pace of a real server. Tests use others. */
export const PACE: Pace = { turn: 10, firstPause: 50, longestPause: 1_000, patience: 5_000 };

/** A room as it is now, and the chats that a commit of this process has just added to its log. */
export interface News {
  room: Room;
  said: Chat[];
}

/** Is called about rooms that were committed or read. */
export interface RoomListener {
  /** A room was committed (`said` has the new chats), or read (`said` is empty). */
  changed: (news: News) => void;
  /** The store has no record of this room any more. */
  gone: (roomId: string) => void;
}

export interface RoomChanger {
  /**
   * Applies a change that a person asked for. @returns the rule's answer, when the change is durable.
   * @throws Refusal with the rule's code; `ROOM_NOT_FOUND` if there is no such room; `UNAVAILABLE` if too
   * many changes wait, or if the store did not answer within 5 s. In the last case, the change may still be
   * stored later if a commit had begun with it.
   */
  change<A>(roomId: string, change: Change<A>): Promise<A>;
  /**
   * Applies a change that nobody waits for, such as one that time or a lost connection makes. It is queued however many
   * changes wait, and is never given up because of a long wait. It resolves even if there is no such room.
   */
  changeAlways(roomId: string, change: Change<undefined>): Promise<void>;
  /** Whether a commit of this process may be under way in the room. When it is done, the listener hears of it. */
  isChanging: (roomId: string) => boolean;
  /** Refuses the changes that wait, and all later ones. Resolves when the commits that have begun are done. */
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

/** The changes of one room that wait. */
interface Queue {
  roomId: string;
  waiting: AnyWaitingChange[];
  isCommitting: boolean;
}

/** Starts with no room waiting. One process has only one changer for a store. */
export function createRoomChanger({
  store,
  clock,
  nodeId,
  graces,
  listener,
  pace = PACE,
}: Deps): RoomChanger {
  const queues = new Map<string, Queue>();
  /** The queues that have waiting changes and no commit under way, the one that has waited longest first. */
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
    // setImmediate instead of setTimeout, which would wait for at least a millisecond.
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

  /** Commits the waiting changes of a room, at most 100, and answers the people who wait for them. */
  async function commitWaiting(queue: Queue): Promise<void> {
    const batch = queue.waiting.splice(0, CHANGES_PER_COMMIT);
    const startedAt = performance.now();
    const fate = await commitBatch(queue.roomId, batch, deps);
    announce(queue.roomId, fate);
    answer(batch, fate);
    const isShared = fate.is === 'stored' && isSharedWithOthers(fate.room);
    // Other processes want to commit to this room, too. So we pause for as long as our commit took.
    if (isShared) setTimeout(goOn, Math.min(performance.now() - startedAt, pace.longestPause), queue);
    else goOn(queue);
  }

  function goOn(queue: Queue): void {
    queue.isCommitting = false;
    if (queue.waiting.length === 0) queues.delete(queue.roomId);
    else makeReady(queue);
  }

  /** Tells the listener. The commit is done already, so if the listener throws, people must still get their answers. */
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

  /** Whether another process has sockets in the room, so that it may want to commit to it. */
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
