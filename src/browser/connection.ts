/**
 * The connection to the room: joins at every connect from the last chat seen, and hands on each chat once, in order.
 * Chats that are missing after that are read from the room's history, which costs no join.
 * Nothing here knows of a page: it runs wherever there is a Socket.IO client.
 */

/**
 * @typedef {import('../types/events.js').SentChat} SentChat
 * @typedef {import('../types/events.js').Joined} Joined
 * @typedef {import('../types/events.js').ChatRequests} ChatRequests
 * @typedef {import('../types/events.js').ChatEvents} ChatEvents
 * @typedef {'REPLACED' | import('../types/events.js').SocketErrorCode} End why one is not in the room any more
 */

/** How long an answer is waited for, in ms: longer than the server lets a change wait (5 s). */
const PATIENCE = 8_000;
/** How long after a sleep, when the connection may have died unnoticed. */
const WAKING_PATIENCE = 2_500;
/** How long a gap may close by itself, in ms. */
const GAP_PATIENCE = 300;
/** A page that missed more than this reads on at the newest chat, as a fresh page does. */
const MAX_CATCH_UP = 1_000;

/**
 * @param {object} parts
 * @param {(typeof import('socket.io-client'))['io']} [parts.io] the page's own if not given
 * @param {string} parts.room
 * @param {boolean} parts.isEphemeral
 * @param {number} parts.after the number of the last chat that is known
 * @param {(after: number) => Promise<SentChat[]>} parts.readAfter the first chats of the room's history after a number
 * @param {(chats: SentChat[]) => void} parts.onChats what follows the last, in order, each once
 * @param {(joined: Joined) => void} parts.onJoined who is there, as of `seq`; chats up to it were handed on
 * @param {() => void} parts.onOffline
 * @param {(why: End) => void} parts.onEnd the last that is heard
 * @param {(seq: number) => void} [parts.onSkip] all chats up to this number are passed over, for they are too many;
 *   if not given, all are read and handed on
 */
export function createConnection({
  io: connect = io,
  room,
  isEphemeral,
  after,
  readAfter,
  onChats,
  onJoined,
  onOffline,
  onEnd,
  onSkip,
}) {
  const wire = connect('/chat', { reconnectionDelayMax: 2000 });
  /** @type {import('socket.io-client').Socket<ChatEvents, ChatRequests>} */
  const socket = wire;
  /** Live chats that wait for the answer to a join or for those before them. @type {Map<number, SentChat>} */
  const held = new Map();
  let last = after;
  /** The newest number that we know to exist. */
  let newest = after;
  let isReady = false;
  let isEnded = false;
  /** Only the answer to the latest join counts. */
  let joins = 0;
  /** Joins in a row that brought nothing. */
  let tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  socket.on('connect', () => void join());
  socket.on('disconnect', (reason) => {
    stopJoining();
    // The server ends a socket whose person left in another window, or opened too many.
    if (reason === 'io server disconnect') end('REPLACED');
    else if (!isEnded) onOffline();
  });
  socket.on('connect_error', () => {
    if (!isEnded) onOffline();
  });
  socket.on('chats', (chats) => {
    for (const chat of chats) if (chat.room === room && chat.seq > last) held.set(chat.seq, chat);
    if (isReady) handOn();
  });
  socket.on('behind', (state) => {
    if (state.room !== room || state.seq <= last) return;
    if (isReady && (isEphemeral || onSkip !== undefined)) skip(state.seq);
    // Before the answer to a join nothing is sure, and without `onSkip` nothing is passed over: it is read.
    else expect(state.seq);
  });
  socket.on('kicked', (which) => {
    if (which.room === room) end('BARRED');
  });
  socket.on('roomClosed', (which) => {
    if (which.room === room) end('ROOM_NOT_FOUND');
  });

  async function join(patience = PATIENCE) {
    stopJoining();
    if (isEnded) return;
    const turn = joins;
    const answer = await request('join', { room, after: last }, patience);
    if (turn !== joins) return;
    if (answer === undefined) {
      // It may be dead and not know it. Who just woke up does not wait.
      if (patience === WAKING_PATIENCE) reconnect();
      else timer = setTimeout(reconnect, backoff(tries++));
    } else if (answer.ok) {
      take(answer);
    } else if (isTransient(answer)) {
      timer = setTimeout(join, backoff(tries++));
    } else {
      end(answer.code);
    }
  }

  function stopJoining() {
    joins += 1;
    isReady = false;
    clearTimeout(timer);
    timer = undefined;
  }

  /** @param {Joined} joined */
  function take(joined) {
    const { missed, seq } = joined;
    const isTooMuch = onSkip !== undefined && seq - last > MAX_CATCH_UP;
    if (isEphemeral || isTooMuch) skip(seq);
    else hold(missed);
    if (last >= seq) beReady(joined);
    else void readUpTo(joined);
  }

  /** The rest of what was missed, when it is more than a join's answer holds. @param {Joined} joined */
  async function readUpTo(joined) {
    const turn = joins;
    try {
      while (last < joined.seq) {
        const before = last;
        const chats = await readAfter(last);
        if (turn !== joins) return;
        hold(chats);
        if (last === before) throw new Error('it is not there yet');
      }
      beReady(joined);
    } catch {
      if (turn === joins) timer = setTimeout(join, backoff(tries++));
    }
  }

  /** @param {Joined} joined */
  function beReady(joined) {
    isReady = true;
    onJoined(joined);
    handOn();
  }

  /** @param {SentChat[]} chats */
  function hold(chats) {
    for (const chat of chats) if (chat.seq > last) held.set(chat.seq, chat);
    handOn();
  }

  /** Hands on what follows the last; what does not waits, for a moment. */
  function handOn() {
    const next = [];
    for (let chat = held.get(last + 1); chat; chat = held.get(last + 1)) {
      next.push(chat);
      held.delete(chat.seq);
      last = chat.seq;
    }
    if (next.length > 0) {
      tries = 0;
      onChats(next);
    }
    expect(Math.max(newest, ...held.keys()));
  }

  /**
   * Goes on after this number. In an ephemeral room the chats up to it are stored nowhere, so those of them that were heard
   * are handed on; elsewhere they are too many, and all of them are passed over.
   * @param {number} seq
   */
  function skip(seq) {
    const heard = [...held.values()].filter((chat) => chat.seq <= seq).sort((a, b) => a.seq - b.seq);
    for (const chat of heard) held.delete(chat.seq);
    last = Math.max(last, seq);
    if (!isEphemeral) onSkip?.(seq);
    else if (heard.length > 0) onChats(heard);
    handOn();
  }

  /** There is a chat of this number: if it does not come by itself in a moment, it is read. @param {number} seq */
  function expect(seq) {
    newest = Math.max(newest, seq);
    if (!isReady) return;
    if (newest > last) timer ??= setTimeout(fill, tries === 0 ? GAP_PATIENCE : backoff(tries - 1));
    else {
      tries = 0;
      clearTimeout(timer);
      timer = undefined;
    }
  }

  /** Closes a gap between the last chat and those that were heard of. */
  async function fill() {
    if (isEphemeral) {
      timer = undefined;
      skip(held.size > 0 ? Math.min(...held.keys()) - 1 : newest);
      return;
    }
    const turn = joins;
    const before = last;
    const chats = await readAfter(last).catch(() => undefined);
    if (turn !== joins) return;
    timer = undefined;
    if (chats === undefined) {
      // Whether we may still be here, and whether the server is there, a join tells.
      timer = setTimeout(join, backoff(tries++));
      return;
    }
    if (chats.length === 0 || (chats[0]?.seq ?? 0) > before + 1) tries += 1;
    hold(chats);
  }

  /**
   * @template {keyof ChatRequests} E
   * @param {E} event
   * @param {Parameters<ChatRequests[E]>[0]} payload
   * @param {number} [patience] ms
   * @returns {Promise<Parameters<NonNullable<Parameters<ChatRequests[E]>[1]>>[0] | undefined>} nothing when no answer came
   */
  async function request(event, payload, patience = PATIENCE) {
    // Socket.IO would keep it and send it before the next join.
    if (!socket.connected) return undefined;
    try {
      return await wire.timeout(patience).emitWithAck(event, payload);
    } catch {
      return undefined;
    }
  }

  function reconnect() {
    if (isEnded) return;
    socket.disconnect();
    socket.connect();
  }

  /** Time may have passed that nobody noticed: asks whether the connection lives, else makes a new one at once. */
  function wake() {
    if (socket.connected) void join(WAKING_PATIENCE);
    else reconnect();
  }

  /** @param {End} why */
  function end(why) {
    if (isEnded) return;
    leave();
    onEnd(why);
  }

  /** Hears nothing more, and leaves it to the server to end the connection: gone first, one would seem to be cut off. */
  function fallSilent() {
    isEnded = true;
    stopJoining();
  }

  /** Hears nothing more. */
  function leave() {
    fallSilent();
    socket.disconnect();
  }

  return {
    socket,
    request,
    expect,
    join,
    wake,
    fallSilent,
    leave,
    isReady: () => isReady,
    isEnded: () => isEnded,
  };
}

/** Whether the same may be tried again in a while. @param {{ ok: boolean; code?: string }} answer */
export function isTransient(answer) {
  return !answer.ok && (answer.code === 'UNAVAILABLE' || answer.code === 'RATE_LIMITED');
}

/** Milliseconds to wait after so many tries: from about 1 s to about 15 s, not the same for all. @param {number} tries */
export function backoff(tries) {
  return Math.min(15_000, 1_000 * 2 ** tries) * (0.75 + Math.random() / 2);
}
