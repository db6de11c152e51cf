/**
 * What I send, on its way: texts and GIFs in one queue, one at a time, in order, each until the server has it. The same
 * nonce makes it stored once. A box keeps what is not there yet, so that a reload loses nothing.
 * Nothing here knows of a page.
 */
import { backoff, isTransient } from './connection.js';
import { newNonce } from './nonce.js';

/**
 * @typedef {import('../types/events.js').SentChat} SentChat
 * @typedef {{
 *   nonce: string;
 *   room: string;
 *   userId: string;
 *   at: number;
 *   order: number;
 *   failed?: Failed;
 * } & ({ kind: 'chat'; chat: string } | { kind: 'gif'; gif: Blob })} Letter `at` in ms of a clock that may jump; `order`
 *   grows from letter to letter
 * @typedef {{ what: 'failed'; why: string; canRetry: boolean }} Failed
 * @typedef {{ what: 'pending' } | { what: 'uploading'; part: number } | { what: 'sent'; seq?: number } | Failed} State
 *   `part` is 0 to 1
 * @typedef {{ ok: true; seq?: number } | { ok: false; code: string; message: string } | undefined} Result nothing when no
 *   answer came
 */

/** So many unanswered or refused tries, and the writer is asked. */
const MAX_TRIES = 5;
/** What is older, in ms, is not sent by surprise. */
const MAX_AGE = 600_000;
/** What is wrong with the letter itself: sent again, it is refused again. */
const FINAL = ['BAD_REQUEST', 'NO_GIF', 'NOT_A_GIF', 'TOO_LARGE', 'NO_GIFS_HERE'];

const NOT_SENT = '보내지 못했습니다.';
const TOO_OLD = '그때 보내지 못했습니다.';

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {{ id: string }} parts.me
 * @param {{
 *   all(): Promise<Letter[]>;
 *   put(letter: Letter): Promise<void>;
 *   remove(nonce: string): Promise<void>;
 * }} parts.box `put` rejects what it cannot keep
 * @param {Pick<
 *   ReturnType<typeof import('./connection.js').createConnection>,
 *   'isReady' | 'request' | 'expect' | 'join' | 'wake'
 * >} parts.connection
 * @param {(
 *   letter: Extract<Letter, { kind: 'gif' }>,
 *   onProgress: (part: number) => void,
 *   signal: AbortSignal,
 * ) => Promise<Result>} parts.upload
 * @param {(letter: Letter, state: State) => void} parts.onState the first one of a letter is 'pending' or 'failed'; none
 *   follows when it is discarded
 */
export function createOutbox({ room, me, box, connection, upload, onState }) {
  /** Those to be sent, the first one perhaps under way. @type {Letter[]} */
  const queue = [];
  /** Those that wait for their writer's word. @type {Map<string, Letter>} */
  const failed = new Map();
  /** Those that would be lost with the page. @type {Set<string>} */
  const atRisk = new Set();
  /** The letter under way. @type {{ letter: Letter; abort: AbortController } | undefined} */
  let current;
  /** How often the first one was tried in vain, and how often it was told to wait. */
  let tries = 0;
  let pauses = 0;
  /** The order of the newest letter. */
  let newest = 0;
  let isClosed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  async function next() {
    const [letter] = queue;
    if (letter === undefined || current !== undefined || pause !== undefined || !connection.isReady()) return;
    if (isOld(letter)) {
      fail(letter, TOO_OLD, true);
      return;
    }
    current = { letter, abort: new AbortController() };
    const result = await deliver(letter, current.abort.signal);
    current = undefined;
    if (result?.ok && result.seq !== undefined) connection.expect(result.seq);
    // Unless it was heard in the room, discarded or given up meanwhile.
    if (queue[0] === letter) {
      if (result?.ok) settle(letter, result.seq);
      else handleFailure(letter, result);
    }
    void next();
  }

  /** @param {Letter} letter @param {AbortSignal} signal @returns {Promise<Result>} */
  async function deliver(letter, signal) {
    if (letter.kind === 'gif') {
      return upload(
        letter,
        (part) => queue[0] === letter && onState(letter, { what: 'uploading', part }),
        signal,
      );
    }
    return connection.request('chat', { room, chat: letter.chat, nonce: letter.nonce });
  }

  /** @param {Letter} letter @param {Exclude<Result, { ok: true }>} refused */
  function handleFailure(letter, refused) {
    // Without a connection it waits for the next join.
    if (refused === undefined && !connection.isReady()) return;
    if (refused?.code !== 'RATE_LIMITED') tries += 1;
    const mayPass = refused === undefined || isTransient(refused) || refused.code === 'NOT_ADMITTED';
    if (!mayPass || tries >= MAX_TRIES) {
      fail(letter, refused?.message ?? NOT_SENT, !FINAL.includes(refused?.code ?? ''));
    } else if (refused?.code === 'NOT_ADMITTED') {
      // Who lost the place takes it again; that also works the queue again.
      void connection.join();
    } else if (refused === undefined && letter.kind === 'chat') {
      connection.wake();
    } else {
      pause = setTimeout(work, backoff(pauses++));
    }
  }

  function work() {
    stopPausing();
    void next();
  }

  /** @param {Letter} letter @param {number} [seq] */
  function settle(letter, seq) {
    forget(letter);
    onState(letter, seq === undefined ? { what: 'sent' } : { what: 'sent', seq });
  }

  /** @param {Letter} letter @param {string} why @param {boolean} canRetry */
  function fail(letter, why, canRetry) {
    dequeue(letter);
    letter.failed = { what: 'failed', why, canRetry };
    failed.set(letter.nonce, letter);
    keep(letter);
    onState(letter, letter.failed);
    void next();
  }

  /** @param {Letter} letter */
  function forget(letter) {
    dequeue(letter);
    failed.delete(letter.nonce);
    atRisk.delete(letter.nonce);
    box.remove(letter.nonce).catch(ignore);
  }

  /** @param {Letter} letter */
  function dequeue(letter) {
    const at = queue.indexOf(letter);
    if (at >= 0) queue.splice(at, 1);
    if (at !== 0) return;
    tries = pauses = 0;
    stopPausing();
  }

  function stopPausing() {
    clearTimeout(pause);
    pause = undefined;
  }

  /** @param {Letter} letter */
  function keep(letter) {
    atRisk.add(letter.nonce);
    box.put(letter).then(() => atRisk.delete(letter.nonce), ignore);
  }

  /** @param {Letter} letter */
  function enqueue(letter) {
    queue.push(letter);
    keep(letter);
    onState(letter, { what: 'pending' });
    void next();
  }

  function stamp() {
    newest += 1;
    return { at: Date.now(), order: newest };
  }

  /** @param {string} nonce @returns {Letter | undefined} */
  function find(nonce) {
    return failed.get(nonce) ?? queue.find((letter) => letter.nonce === nonce);
  }

  /** Takes letters of a page that is gone: they go before what was written meanwhile. @param {Letter[]} letters */
  function adopt(letters) {
    const mine = letters.filter(({ userId }) => userId === me.id);
    for (const { nonce } of letters.filter((letter) => !mine.includes(letter)))
      box.remove(nonce).catch(ignore);
    const fresh = mine
      .filter((letter) => letter.room === room && !isClosed && !find(letter.nonce))
      .sort((one, other) => one.order - other.order);
    newest = Math.max(newest, ...fresh.map(({ order }) => order));
    queue.splice(current ? 1 : 0, 0, ...fresh.filter((letter) => !letter.failed));
    for (const letter of fresh) {
      if (letter.failed) failed.set(letter.nonce, letter);
      onState(letter, letter.failed ?? { what: 'pending' });
    }
    void next();
  }

  return {
    adopt,
    /** Goes on at once: the connection is there (again). */
    work,
    /** Whether nothing is on its way. */
    isEmpty: () => queue.length === 0,
    /** Whether something would be lost with the page. */
    isAtRisk: () => atRisk.size > 0,

    /** Takes up what was not sent when the page was last open. */
    async restore() {
      adopt(await box.all().catch(() => []));
    },

    /** @param {{ chat: string } | { gif: Blob }} said */
    send(said) {
      if (isClosed) return;
      const base = { nonce: newNonce(), room, userId: me.id, ...stamp() };
      enqueue('chat' in said ? { ...base, kind: 'chat', ...said } : { ...base, kind: 'gif', ...said });
    },

    /** What is in the room is sent, whatever became of the answer. @param {Pick<SentChat, 'userId' | 'nonce' | 'seq'>[]} chats */
    hear(chats) {
      for (const { userId, nonce, seq } of chats) {
        const letter = userId === me.id ? find(nonce) : undefined;
        if (letter) settle(letter, seq);
      }
      void next();
    },

    /** @param {string} nonce of one that failed */
    retry(nonce) {
      const letter = failed.get(nonce);
      if (!letter || isClosed) return;
      failed.delete(nonce);
      delete letter.failed;
      enqueue(Object.assign(letter, stamp()));
    },

    /** Its writer does not want it any more. @param {string} nonce */
    discard(nonce) {
      const letter = find(nonce);
      if (letter && current?.letter === letter) current.abort.abort();
      if (letter) forget(letter);
      else box.remove(nonce).catch(ignore);
      void next();
    },

    /**
     * This page sends nothing more.
     * @param {string} why told of what waits; what failed before, or is kept nowhere, has its own
     * @param {'drop' | 'keep' | 'ask'} fate of what is not sent: it goes with the room, it is sent when its writer is
     *   back, or only when its writer then says so
     */
    close(why, fate) {
      isClosed = true;
      stopPausing();
      current?.abort.abort();
      for (const letter of [...queue.splice(0), ...failed.values()]) {
        const isKept = !atRisk.has(letter.nonce);
        if (fate === 'drop') box.remove(letter.nonce).catch(ignore);
        if (fate === 'ask') keep({ ...letter, failed: { what: 'failed', why, canRetry: true } });
        atRisk.delete(letter.nonce);
        const reason = letter.failed?.why ?? (isKept ? why : NOT_SENT);
        onState(letter, { what: 'failed', why: reason, canRetry: false });
      }
      failed.clear();
    },
  };
}

/** Whatever a clock did meanwhile. @param {Letter} letter */
function isOld({ at }) {
  return Math.abs(Date.now() - at) > MAX_AGE;
}

function ignore() {
  // A box that fails keeps nothing; all else works.
}
