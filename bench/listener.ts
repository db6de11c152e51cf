/**
 * A person's socket in a room: it joins from the last chat that it knows and hands on each chat once and in order. When
 * it hears of a chat that has not come after 300 ms, it joins again, even where a page would do less: so each chat that
 * the server failed to bring shows as a join.
 */
import { ask, type ChatClient } from '../tests/support/app';
import type { Joined, SentChat } from '../src/types/events';

/** How long a gap may close by itself, in ms. */
const GAP_PATIENCE = 300;
/** The first wait after a join that was refused or brought nothing, in ms; each further one is twice as long. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

export interface Listener {
  /** How often the server said that chats exist which this socket has not got. */
  behinds: number;
  joins: number;
  /** Joins that the server refused or left without an answer. */
  refused: number;
  /** Starts no more joins. */
  stop(): void;
}

/** Resolves when the first join is answered. @param hear gets each chat once, in order. */
export async function listen(
  socket: ChatClient,
  room: string,
  hear: (chat: SentChat) => void,
): Promise<Listener> {
  /** Chats that came while a join is under way or before those that they follow. */
  const held = new Map<number, SentChat>();
  let last = 0;
  /** The newest number that is known to exist. */
  let newest = 0;
  let isReady = false;
  let isStopped = false;
  /** Joins in a row that brought nothing. */
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  const listener: Listener = { behinds: 0, joins: 0, refused: 0, stop };

  socket.on('chats', (chats) => {
    hold(chats);
    if (isReady) handOn();
  });
  socket.on('behind', ({ seq }) => {
    listener.behinds += 1;
    newest = Math.max(newest, seq);
    if (isReady) handOn();
  });
  await join();
  return listener;

  async function join(): Promise<void> {
    timer = undefined;
    isReady = false;
    listener.joins += 1;
    const before = last;
    const answer = await ask<Joined>(socket, 'join', { room, after: last }).catch(() => undefined);
    if (answer?.ok === true) {
      hold(answer.missed);
      isReady = !answer.more;
      handOn();
    } else {
      listener.refused += 1;
    }
    if (last === before && newest > last) tries += 1;
    if (!isReady) joinIn(last > before ? 0 : pause(tries++));
  }

  function hold(chats: SentChat[]): void {
    for (const chat of chats) if (chat.seq > last) held.set(chat.seq, chat);
    newest = Math.max(newest, ...held.keys());
  }

  function handOn(): void {
    for (let chat = held.get(last + 1); chat !== undefined; chat = held.get(last + 1)) {
      held.delete(chat.seq);
      last = chat.seq;
      tries = 0;
      hear(chat);
    }
    if (!isReady) return;
    if (newest > last) joinIn(tries === 0 ? GAP_PATIENCE : pause(tries - 1));
    else {
      clearTimeout(timer);
      timer = undefined;
    }
  }

  function joinIn(ms: number): void {
    if (!isStopped) timer ??= setTimeout(() => void join(), ms);
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(timer);
  }
}

/** About as long as the page waits. */
function pause(tries: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries) * (0.75 + Math.random() / 2);
}
