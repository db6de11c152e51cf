/**
 * The one place that commits: every change of a room and its log is read → rules → commit here, and nowhere else.
 * While a commit of a room is under way, later changes wait, and the next commit takes them all.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './clock';
import { Entry, type Change, type Waiting } from './waiting-change';
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { Moment } from '../rules/room';
import type { NonceKey, Store } from '../stores/store';
import type { Chat, Room } from '../types/room';

const CHANGES_PER_COMMIT = 100;
/** So many changes cost little each: they are worth a commit before the beat is over. */
const FULL_BEAT = 32;
/** Changes of people that may wait for one room. */
const MAX_WAITING = 1_000;
/** How many nodes' last writes a room remembers. */
const MAX_WRITES = 16;
/** Rooms whose commits are under way at once: more would only be in each other's way in the memory. */
const ROOMS_AT_ONCE = 500;

/** How long things take, in ms. */
export interface Pace {
  /** All rooms share one beat: what comes within it goes together, unless much does; a lone chat waits for nothing. */
  beat: number;
  /** Between two tries of a batch. */
  firstPause: number;
  longestPause: number;
  /** How long a person waits for an answer. */
  patience: number;
  /** After which a batch that is tried again asks whether its changes are still possible. */
  late: number;
}
export const PACE: Pace = { beat: 10, firstPause: 50, longestPause: 1_000, patience: 5_000, late: 300_000 };

/** What a commit changed, told once it is durable. */
export interface News {
  before: Room;
  room: Room;
  chats: Chat[];
}

export interface Listener {
  committed(news: News): void;
  /** A batch changed nothing: the room as the store has it, which others may have changed; undefined when it is gone. */
  seen(roomId: string, room: Room | undefined): void;
  /** It is not sure that everybody heard all up to this room's `seq`. */
  behind(room: Room): void;
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
  /** Refuses what waits and what comes; resolves when what is under way is done. */
  stop(): Promise<void>;
}

interface Deps {
  store: Store;
  clock: Clock;
  /** The id under which this process holds sockets and writes. */
  node: { readonly id: string };
  graces: Pick<Moment, 'reconnectGrace' | 'emptyRoomGrace'>;
  listener: Listener;
  pace?: Pace;
}

interface Queue {
  roomId: string;
  waiting: Waiting[];
  isRunning: boolean;
  /** How long other processes get their turn after a commit, in ms. */
  rest: number;
}

/** What a batch makes of one version of the room. */
interface Attempt {
  from: Room;
  to: Room;
  said: Chat[];
}

export function createRoomChanger({ store, clock, node, graces, listener, pace = PACE }: Deps): RoomChanger {
  const queues = new Map<string, Queue>();
  const ready = new Set<Queue>();
  const running = new Set<Promise<void>>();
  let lastBeat = -Infinity;
  let nextBeat: NodeJS.Timeout | undefined;
  let isBeatDue = false;
  const stop = new AbortController();
  const stopping = stop.signal;

  function enqueue(roomId: string, entry: Waiting): void {
    let queue = queues.get(roomId);
    if (queue === undefined) queues.set(roomId, (queue = { roomId, waiting: [], isRunning: false, rest: 0 }));
    if (stopping.aborted || (!entry.always && queue.waiting.length >= MAX_WAITING)) {
      entry.fail(new Refusal('UNAVAILABLE'));
      return;
    }
    queue.waiting.push(entry);
    makeReady(queue);
  }

  function makeReady(queue: Queue): void {
    if (queue.isRunning || queue.waiting.length === 0) return;
    ready.add(queue);
    beatSoon();
  }

  function beatSoon(): void {
    if (isBeatDue || ready.size === 0 || running.size >= ROOMS_AT_ONCE) return;
    const pause = isFull() ? 0 : lastBeat + pace.beat - performance.now();
    if (pause > 0) {
      nextBeat ??= setTimeout(beat, pause);
      return;
    }
    // A timer waits for a millisecond at least.
    isBeatDue = true;
    setImmediate(beat);
  }

  function isFull(): boolean {
    let changes = 0;
    for (const { waiting } of ready) {
      changes += waiting.length;
      if (changes >= FULL_BEAT) return true;
    }
    return false;
  }

  function beat(): void {
    clearTimeout(nextBeat);
    nextBeat = undefined;
    isBeatDue = false;
    lastBeat = performance.now();
    for (const queue of ready) {
      if (running.size >= ROOMS_AT_ONCE) break;
      ready.delete(queue);
      queue.isRunning = true;
      queue.rest = 0;
      const run = commitWaiting(queue).finally(() => {
        running.delete(run);
        if (queue.rest === 0) goOn(queue);
        else setTimeout(goOn, queue.rest, queue);
        beatSoon();
      });
      running.add(run);
    }
  }

  function goOn(queue: Queue): void {
    queue.isRunning = false;
    if (queue.waiting.length === 0) queues.delete(queue.roomId);
    else makeReady(queue);
  }

  /** Takes what waits and commits it; on an unknown outcome it stays until the store tells. */
  async function commitWaiting(queue: Queue): Promise<void> {
    let batch = queue.waiting.splice(0, CHANGES_PER_COMMIT);
    const write = { node: node.id, id: randomUUID() };
    let attempt: Attempt | undefined;
    let newest: Room | undefined;
    let isUnsure = false;
    const takenAt = performance.now();
    for (let pause = pace.firstPause; ;) {
      const startedAt = performance.now();
      try {
        newest = await store.rooms.get(queue.roomId);
        // After a failover a server may not know yet what an earlier one told.
        if (attempt !== undefined && newest !== undefined && newest.version < attempt.from.version)
          throw new Error('this is an older state of the room');
        if (attempt !== undefined && newest?.writes[write.node] === write.id) break;
        const isLate = performance.now() - takenAt > pace.late;
        if (attempt === undefined || attempt.from.version !== newest?.version) {
          // No earlier attempt can be stored any more.
          attempt = undefined;
          batch = batch.filter((entry) => !entry.dropIfWithdrawn());
          if (newest === undefined) {
            tell(() => listener.seen(queue.roomId, undefined));
            fail(batch, new Refusal('ROOM_NOT_FOUND'));
            return;
          }
          if (isLate) batch = await possibleOf(batch);
          attempt = await applyAll(batch, newest, write);
        } else if (isLate && !(await areAllPossible(batch))) {
          // Not before the version has moved, for an earlier try may still be stored.
          await store.rooms.commit(newest, { ...newest, version: newest.version + 1 }, []);
          continue;
        }
        const { from, to, said } = attempt;
        if (from === to) break;
        if (await store.rooms.commit(from, to, to.ephemeral ? [] : said)) {
          newest = to;
          if (isSharedWithOthers(to)) queue.rest = Math.min(performance.now() - startedAt, pace.longestPause);
          break;
        }
      } catch (error) {
        if (!isUnsure)
          logger.warn(`room ${queue.roomId}: the store did not answer, trying again (${String(error)})`);
        isUnsure = true;
        const isAwaited = batch.some((entry) => !entry.isWithdrawn);
        if (stopping.aborted || (attempt === undefined && !isAwaited)) {
          if (attempt === undefined) fail(batch, error);
          else for (const entry of batch) entry.abandon(error);
          return;
        }
        await wait(pause);
        pause = Math.min(pause * 2, pace.longestPause);
      }
    }
    const { from: before, to: room, said: chats } = attempt;
    tell(() => {
      if (before === room) listener.seen(queue.roomId, room);
      else listener.committed({ before, room, chats });
    });
    for (const entry of batch) entry.settle();
    const known = newest;
    if (isUnsure) tell(() => listener.behind(known));
  }

  /** Those of a batch that can still happen; the others fail. */
  async function possibleOf(batch: Waiting[]): Promise<Waiting[]> {
    const possible: Waiting[] = [];
    for (const entry of batch) {
      if (await entry.isPossible()) possible.push(entry);
      else entry.fail(new Refusal('UNAVAILABLE'));
    }
    return possible;
  }

  async function areAllPossible(batch: Waiting[]): Promise<boolean> {
    return (await Promise.all(batch.map((entry) => entry.isPossible()))).every(Boolean);
  }

  /** What is stored is stored: a listener that throws must not keep anybody's answer back. */
  function tell(news: () => void): void {
    try {
      news();
    } catch (error) {
      logger.error(error);
    }
  }

  /** Whether another process has sockets in the room, and so changes of its own. */
  function isSharedWithOthers({ people }: Room): boolean {
    return people.some(({ sockets }) => sockets.some((socket) => socket.node !== node.id));
  }

  /** Applies the batch to the room, one after another. */
  async function applyAll(
    batch: Waiting[],
    room: Room,
    write: { node: string; id: string },
  ): Promise<Attempt> {
    const heard = await remember(room, batch);
    const at = { now: clock.now(), ...graces };
    const attempt: Attempt = { from: room, to: room, said: [] };
    for (const entry of batch) {
      const outcome = entry.apply(attempt.to, at, heard.find);
      if (outcome === undefined) continue;
      attempt.to = outcome.room;
      attempt.said.push(...outcome.said);
      heard.add(outcome.said);
    }
    if (attempt.to !== room) {
      attempt.to = { ...attempt.to, version: room.version + 1, writes: withWrite(room.writes, write) };
    }
    return attempt;
  }

  /** Knows the chats of these entries' nonces: what the store has, what an ephemeral room remembers, what this batch says. */
  async function remember(room: Room, entries: Waiting[]) {
    const known = new Map<string, { _id: string; seq: number }>();
    const add = (chats: readonly { userId: string; nonce: string; _id: string; seq: number }[]) => {
      for (const { userId, nonce, _id, seq } of chats) known.set(keyOf({ userId, nonce }), { _id, seq });
    };
    const keys = entries.flatMap(({ nonce }) => nonce ?? []);
    if (room.ephemeral) add(room.recent);
    else if (keys.length > 0) add(await store.chats.byNonce(room._id, keys, room.version));
    return { add, find: (userId: string, nonce: string) => known.get(keyOf({ userId, nonce })) };
  }

  return {
    change: (roomId, change) =>
      new Promise((resolve, reject) => {
        enqueue(roomId, new Entry(change, resolve, reject, pace.patience));
      }),
    changeAlways: (roomId, change) =>
      new Promise((resolve) => {
        enqueue(roomId, new Entry(change, resolve, () => resolve(), 'for ever'));
      }),
    async stop() {
      stop.abort();
      ready.clear();
      for (const { waiting } of queues.values()) {
        fail(waiting.splice(0), new Refusal('UNAVAILABLE'));
      }
      await Promise.allSettled(running);
    },
  };
}

function keyOf({ userId, nonce }: NonceKey): string {
  return `${userId} ${nonce}`;
}

function fail(entries: Waiting[], error: unknown): void {
  for (const entry of entries) entry.fail(error);
}

function withWrite(writes: Room['writes'], { node, id }: { node: string; id: string }): Room['writes'] {
  const others = Object.entries(writes).filter(([other]) => other !== node);
  return Object.fromEntries([...others.slice(1 - MAX_WRITES), [node, id]]);
}
