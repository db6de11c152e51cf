/**
 * The connection to the room. At every connect it joins the room, asks for the chats after the last one that the page has, and
 * hands on each chat once, in order. Chats that are missing later are read from the room's history, without another join.
 * Nothing here knows of a page: it runs wherever there is a Socket.IO client.
 */
import type { Socket } from 'socket.io-client';
import { chatEvents, type Answered } from './incoming';
import { createReadiness } from './readiness';
import { backoff, isTransient } from './retry';
import { createSequence } from './sequence';
import { ask, listener, type Io } from './wire';
import type { ChatEvents, ChatRequests, Joined, SentChat, SocketErrorCode } from '../types/events';

/** How long an answer is waited for, in ms: longer than the server lets a change wait (5 s). */
const PATIENCE = 8_000;
/** The same after the device slept, when the connection may have died unnoticed, in ms. */
const WAKING_PATIENCE = 2_500;
/** How long missing chats may take to arrive by themselves, in ms. After that, they are read from the history. */
const GAP_PATIENCE = 300;
/** A page that missed more chats than this skips them, and continues at the newest chat, as a fresh page does. */
const MAX_CATCH_UP = 1_000;

/** Why this page is not in the room any more. */
export type End = 'REPLACED' | SocketErrorCode;
export type Connection = ReturnType<typeof createConnection>;

interface ConnectionParts {
  io: Io;
  room: string;
  isEphemeral: boolean;
  /** The number of the last chat that is known. */
  after: number;
  /** The name that I ask for at every join. Without it, or if it is empty, I keep the name that I have in the room. */
  name?: () => string;
  /** The first chats of the room's history after a number. */
  readAfter: (after: number) => Promise<SentChat[]>;
  /** Is given the chats that follow the last one, in order, each once. */
  onChats: (chats: SentChat[]) => void;
  /** Is given the answer to a join. All chats up to its `seq` were handed on before. */
  onJoined: (joined: Joined) => void;
  onOffline: () => void;
  /** Is called once. Nothing is called after it. */
  onEnd: (why: End) => void;
  /** Is called if so many chats are missing that all up to `seq` are skipped. Without it, all are read and handed on. */
  onSkip?: (seq: number) => void;
}

/** Connects at once, and reconnects by itself until `onEnd`. */
export function createConnection(parts: ConnectionParts) {
  const { io, room, isEphemeral, after, readAfter, onChats, onJoined, onOffline, onEnd, onSkip } = parts;
  const nameOf = parts.name ?? (() => '');
  const wire = io('/chat', { reconnectionDelayMax: 2000 });
  const socket: Socket<ChatEvents, ChatRequests> = wire;
  const on = listener(wire, chatEvents);
  const sequence = createSequence(after, onChats);
  const readiness = createReadiness(PATIENCE);
  const { isReady } = readiness;
  let isEnded = false;
  /** Only the answer to the latest join counts. */
  let joins = 0;
  /** How many joins and reads in a row brought nothing. The next one waits the longer. */
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  socket.on('connect', () => void join());
  socket.on('disconnect', (reason) => {
    // Our own reconnect leads to the next join at once.
    stopJoining(reason === 'io client disconnect' && !isEnded ? 'joining' : 'offline');
    // The server ends a socket if its person left in another window, or opened too many windows.
    if (reason === 'io server disconnect') end('REPLACED');
    else if (!isEnded) onOffline();
  });
  socket.on('connect_error', () => {
    readiness.set('offline');
    if (!isEnded) onOffline();
  });
  on('chats', (chats) => {
    sequence.hold(chats.filter((chat) => chat.room === room));
    if (isReady()) handOn();
  });
  on('behind', (state) => {
    if (state.room !== room || state.seq <= sequence.last()) return;
    if (isReady() && (isEphemeral || onSkip !== undefined)) skip(state.seq);
    // Before the answer to a join, or without `onSkip`, nothing is skipped: the missing chats are read.
    else expect(state.seq);
  });
  on('kicked', (which) => {
    if (which.room === room) end('BARRED');
  });
  on('roomClosed', (which) => {
    if (which.room === room) end('ROOM_NOT_FOUND');
  });

  async function join(patience = PATIENCE): Promise<void> {
    if (isEnded) return;
    stopJoining('joining');
    const turn = joins;
    const name = nameOf();
    const answer = await ask(
      wire,
      'join',
      { room, after: sequence.last(), ...(name !== '' && { name }) },
      patience,
    );
    if (turn !== joins) return;
    if (answer === undefined) {
      // The connection may be dead without knowing it. A page that just woke up does not wait.
      if (patience === WAKING_PATIENCE) reconnect();
      else timer = setTimeout(reconnect, backoff(tries++));
    } else if (answer.ok) {
      take(answer);
    } else if (isTransient(answer)) {
      joinLater();
    } else {
      end(answer.code);
    }
  }

  function joinLater(): void {
    timer = setTimeout(() => void join(), backoff(tries++));
  }

  /** @param next what the page does now */
  function stopJoining(next: 'joining' | 'offline'): void {
    joins += 1;
    readiness.set(next);
    clearTimeout(timer);
    timer = undefined;
  }

  function take(joined: Joined): void {
    const { missed, seq } = joined;
    const isTooMuch = onSkip !== undefined && seq - sequence.last() > MAX_CATCH_UP;
    if (isEphemeral || isTooMuch) skip(seq);
    else hold(missed);
    if (sequence.last() >= seq) beReady(joined);
    else void readUpTo(joined);
  }

  /** Reads the rest of the missed chats, if there are more than a join's answer holds. */
  async function readUpTo(joined: Joined): Promise<void> {
    const turn = joins;
    try {
      while (sequence.last() < joined.seq) {
        const before = sequence.last();
        const chats = await readAfter(before);
        if (turn !== joins) return;
        hold(chats);
        if (sequence.last() === before) throw new Error('it is not there yet');
      }
      beReady(joined);
    } catch {
      if (turn === joins) joinLater();
    }
  }

  function beReady(joined: Joined): void {
    readiness.set('ready');
    onJoined(joined);
    handOn();
  }

  function hold(chats: SentChat[]): void {
    sequence.hold(chats);
    handOn();
  }

  /** Hands on the chats that follow without a gap. If chats are missing before the others, it sees to it that they are read. */
  function handOn(): void {
    if (sequence.handOn()) tries = 0;
    closeGap();
  }

  /**
   * Continues after this number. In an ephemeral room the missing chats are stored nowhere, so the chats that did arrive are
   * handed on. In other rooms too many chats are missing, so all chats up to this number are skipped.
   */
  function skip(seq: number): void {
    const heard = sequence.skip(seq);
    if (!isEphemeral) onSkip?.(seq);
    else if (heard.length > 0) onChats(heard);
    handOn();
  }

  /** A chat with this number exists. If it does not arrive by itself in a moment, it is read from the history. */
  function expect(seq: number): void {
    sequence.notice(seq);
    closeGap();
  }

  function closeGap(): void {
    if (!isReady()) return;
    if (sequence.isBehind())
      timer ??= setTimeout(() => void fill(), tries === 0 ? GAP_PATIENCE : backoff(tries - 1));
    else {
      tries = 0;
      clearTimeout(timer);
      timer = undefined;
    }
  }

  /** Reads the missing chats from the history. In an ephemeral room there is none, so they are skipped. */
  async function fill(): Promise<void> {
    if (isEphemeral) {
      timer = undefined;
      skip(sequence.endOfGap());
      return;
    }
    const turn = joins;
    const before = sequence.last();
    const chats = await readAfter(before).catch(() => undefined);
    if (turn !== joins) return;
    timer = undefined;
    if (chats === undefined) {
      // The history cannot be read. A join tells whether this page may still be in the room.
      joinLater();
      return;
    }
    if (chats.length === 0 || (chats[0]?.seq ?? 0) > before + 1) tries += 1;
    hold(chats);
  }

  /**
   * Sends a request. If the page is joining, the request is sent after the join, because the room refuses people who are not
   * in it.
   * @returns undefined when no answer came, or the page is not in the room
   */
  function request<E extends keyof ChatRequests>(event: E, payload: Parameters<ChatRequests[E]>[0]) {
    return new Promise<Answered<E> | undefined>((resolve) => {
      readiness.afterJoining(() => {
        resolve(isReady() ? ask(wire, event, payload, PATIENCE) : undefined);
      });
    });
  }

  function reconnect(): void {
    if (isEnded) return;
    socket.disconnect();
    socket.connect();
  }

  /** The page may have slept: asks whether the connection still works, and makes a new one at once if it does not. */
  function wake(): void {
    if (socket.connected) void join(WAKING_PATIENCE);
    else reconnect();
  }

  function end(why: End): void {
    if (isEnded) return;
    leave();
    onEnd(why);
  }

  /**
   * Reacts to nothing, and leaves it to the server to end the connection. If the page ended it first, the server would
   * think that the connection was lost, and keep the person's place for a while.
   */
  function fallSilent(): void {
    isEnded = true;
    stopJoining('offline');
  }

  /** Undoes `fallSilent`, and joins. */
  function speakAgain(): void {
    isEnded = false;
    wake();
  }

  /** Reacts to nothing more, and ends the connection. */
  function leave(): void {
    fallSilent();
    socket.disconnect();
  }

  return {
    socket,
    on,
    request,
    expect,
    join,
    wake,
    fallSilent,
    speakAgain,
    leave,
    isReady,
    isEnded: () => isEnded,
  };
}
