/**
 * The connection to the room: joins at every connect from the last chat seen, and hands on each chat once, in order.
 * What it missed it gets by joining again, which changes nothing else: one way back from a blip, a gap and a long sleep.
 */

/**
 * @typedef {import('../src/types/events.js').SentChat} SentChat
 * @typedef {import('../src/types/events.js').Joined} Joined
 * @typedef {import('../src/types/events.js').Refused} Refused
 * @typedef {import('../src/types/events.js').ChatRequests} ChatRequests
 * @typedef {import('../src/types/events.js').ChatEvents} ChatEvents
 * @typedef {'REPLACED' | import('../src/types/events.js').SocketErrorCode} End why one is not in the room any more
 */

/** How long an answer is waited for, in ms: longer than the server lets a change wait (5 s). */
const PATIENCE = 8_000;
/** How long a gap may close by itself, in ms. */
const GAP_PATIENCE = 300;

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {boolean} parts.isEphemeral
 * @param {number} parts.after the highest number on the page
 * @param {(chats: SentChat[]) => void} parts.onChats
 * @param {(joined: Joined) => void} parts.onJoined who is there, as of `seq`; chats up to it were handed on
 * @param {() => void} parts.onOffline
 * @param {(why: End) => void} parts.onEnd the last that is heard
 */
export function createConnection({ room, isEphemeral, after, onChats, onJoined, onOffline, onEnd }) {
  const wire = io('/chat', { reconnectionDelayMax: 2000 });
  /** @type {import('socket.io-client').Socket<ChatEvents, ChatRequests>} */
  const socket = wire;
  /** Live chats that wait for the answer to a join or for those before them. @type {Map<number, SentChat>} */
  const held = new Map();
  let last = after;
  /** The newest number that we know to exist. */
  let newest = after;
  let isReady = false;
  let isEnded = false;
  let tries = 0;
  /** @type {number | undefined} */
  let timer;

  socket.on('connect', join);
  socket.on('disconnect', (reason) => {
    isReady = false;
    clearTimeout(timer);
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
    if (state.room === room) expect(state.seq);
  });
  socket.on('kicked', (which) => {
    if (which.room === room) end('BARRED');
  });
  socket.on('roomClosed', (which) => {
    if (which.room === room) end('ROOM_NOT_FOUND');
  });

  async function join() {
    clearTimeout(timer);
    timer = undefined;
    isReady = false;
    const { id } = socket;
    const answer = await request('join', { room, after: last });
    // Another connection has begun meanwhile, or none: it joins itself.
    if (isEnded || id !== socket.id) return;
    if (answer === undefined || isTransient(answer)) {
      timer = setTimeout(join, backoff(tries++));
    } else if (!answer.ok) {
      end(answer.code);
    } else {
      tries = 0;
      for (const chat of answer.missed) if (chat.seq > last) held.set(chat.seq, chat);
      if (isEphemeral) skipTo(answer.seq);
      else handOn();
      if (answer.more) void join();
      else ready(answer);
    }
  }

  /** @param {Joined} joined */
  function ready(joined) {
    isReady = true;
    onJoined(joined);
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
    if (next.length > 0) onChats(next);
    if (isReady && held.size > 0) expect(Math.max(...held.keys()));
  }

  /** Nobody stored what an ephemeral room passed on meanwhile. @param {number} seq */
  function skipTo(seq) {
    const heard = [...held.values()].filter((chat) => chat.seq <= seq).sort((a, b) => a.seq - b.seq);
    for (const chat of heard) held.delete(chat.seq);
    if (heard.length > 0) onChats(heard);
    last = Math.max(last, seq);
  }

  /** There is a chat of this number: if it does not come by itself, it is fetched. @param {number} seq */
  function expect(seq) {
    newest = Math.max(newest, seq);
    if (newest <= last || !isReady) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (newest > last && isReady) void join();
    }, GAP_PATIENCE);
  }

  /**
   * @template {keyof ChatRequests} E
   * @param {E} event
   * @param {Parameters<ChatRequests[E]>[0]} payload
   * @returns {Promise<Parameters<NonNullable<Parameters<ChatRequests[E]>[1]>>[0] | undefined>} nothing when no answer came
   */
  async function request(event, payload) {
    // Socket.IO would keep it and send it before the next join.
    if (!socket.connected) return undefined;
    try {
      return await wire.timeout(PATIENCE).emitWithAck(event, payload);
    } catch {
      return undefined;
    }
  }

  /** @param {End} why */
  function end(why) {
    if (isEnded) return;
    leave();
    onEnd(why);
  }

  /** Hears nothing more. */
  function leave() {
    isEnded = true;
    isReady = false;
    clearTimeout(timer);
    socket.disconnect();
  }

  return { socket, request, expect, leave, join, isReady: () => isReady };
}

/** Whether the same may be tried again in a while. @param {{ ok: boolean; code?: string }} answer */
export function isTransient(answer) {
  return !answer.ok && (answer.code === 'UNAVAILABLE' || answer.code === 'RATE_LIMITED');
}

/** Milliseconds to wait after so many tries: from about 1 s to about 15 s, not the same for all. @param {number} tries */
export function backoff(tries) {
  return Math.min(15_000, 1_000 * 2 ** tries) * (0.75 + Math.random() / 2);
}
