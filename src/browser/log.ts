/**
 * The room's log on the page: rows in the order of `seq`, each chat once, mine from the moment that they are sent.
 * What is on the page is a window of the log, without gaps; while its end is not the newest chat, live ones wait until the
 * pages between are there.
 */
import { leadOn } from './dom.js';
import { chatRow, gifRow, group, orderOf, textRow, whisperRow } from './row.js';
import { showTime } from './times.js';

/**
 * @typedef {import('../types/events.js').SentChat} SentChat
 * @typedef {import('../types/events.js').PersonRef} PersonRef
 * @typedef {import('../types/events.js').Whisper} Whisper
 */

/** How many chats stay on the page; older and newer ones come again by scrolling. */
const MAX_ROWS = 300;
/** In a room that stores nothing, for somebody who reads further up. */
const MAX_ROWS_UNSTORED = 1_000;
const MAX_WHISPERS = 100;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.scroller
 * @param {HTMLElement} parts.list
 * @param {PersonRef} parts.me
 * @param {boolean} parts.isEphemeral
 * @param {ReturnType<typeof import('./scroll.js').createScroll>} parts.scroll
 * @param {ReturnType<typeof import('./gifs.js').createGifs>} parts.gifs
 * @param {(isOlderGone: boolean) => void} parts.onWindow what is on the page changed; older chats were taken away
 */
export function createLog({ scroller, list, me, isEphemeral, scroll, gifs, onWindow }) {
  /** What I sent and have not seen stored, by nonce. @type {Map<string, HTMLElement>} */
  const mine = new Map();
  /** They are stored nowhere but here. @type {HTMLElement[]} */
  const whispers = [];
  /**
   * The latest live ones that are not on the page: a page of history ends where the server read it, and these come after.
   * @type {SentChat[]}
   */
  let waiting = [];
  for (const row of rows()) gifs.watch(row);
  /** The newest number that was heard of. */
  let newest = last();

  return {
    first,
    last,
    isAtNewest,

    /** The nonces and numbers of what is on the page. */
    stored: () =>
      rows().flatMap(({ dataset: { userId = '', nonce = '', seq } }) =>
        seq ? [{ userId, nonce, seq: Number(seq) }] : [],
      ),

    /** Chats that are new. @param {SentChat[]} chats */
    add(chats) {
      const wasAtNewest = isAtNewest();
      const wasAtEnd = scroll.isAtEnd();
      for (const { seq } of chats) newest = Math.max(newest, seq);
      scroll.holding((reading) => {
        if (wasAtNewest) for (const chat of chats) put(chat);
        else {
          waiting = [...waiting, ...chats].slice(-MAX_ROWS);
          for (const { userId, nonce } of chats) if (userId === me.id) discard(nonce);
        }
        trim(reading);
      });
      const others = chats.filter(({ kind, userId }) => /^(chat|gif)$/.test(kind) && userId !== me.id);
      if (!wasAtEnd) scroll.addUnread(others.length);
    },

    /** Chats up to this number are there, and were not heard. @param {number} seq */
    skip(seq) {
      const count = seq - newest;
      newest = seq;
      changed(false);
      scroll.addUnread(count);
    },

    /** Chats that come next at one of the ends. They are not announced. @param {SentChat[]} chats */
    addPage(chats) {
      quietly(() =>
        scroll.holding((reading) => {
          for (const chat of chats) put(chat);
          putWaiting();
          placeWhispers();
          trim(reading);
        }),
      );
    },

    /** These instead of what is on the page, and the newest of them in sight. @param {SentChat[]} chats */
    replace(chats) {
      quietly(() => {
        for (const row of rows()) if (row.dataset.seq) remove(row);
        for (const chat of chats) put(chat);
        putWaiting();
        placeWhispers();
        trim(undefined);
      });
      scroll.toEnd();
    },

    /** A text that is on its way. @param {string} nonce @param {string} text */
    addText(nonce, text) {
      return addMine(nonce, textRow(text, me, nonce));
    },

    /** A GIF that is on its way. @param {string} nonce @param {Blob} file */
    addGif(nonce, file) {
      return addMine(nonce, gifRow(file, me, nonce, scroll.holding));
    },

    /** What I sent is on its way again, as the last. @param {string} nonce */
    moveToEnd(nonce) {
      const row = mine.get(nonce);
      if (row) place(row);
      scroll.toEnd();
    },

    /** What I sent is stored under this number; the chat itself may still come. @param {string} nonce @param {number} seq */
    confirm(nonce, seq) {
      const row = mine.get(nonce);
      if (!row) return;
      settle(row);
      if (isEphemeral) {
        // Perhaps nobody will ever tell of it again.
        mine.delete(nonce);
        row.dataset.seq = String(seq);
        place(row);
      } else if (seq <= newest) {
        // It is in its place already, or comes there by scrolling.
        discard(nonce);
      }
    },

    discard,

    /** @param {Whisper} whisper */
    addWhisper(whisper) {
      whispers.push(whisperRow(whisper, me, newest));
      if (whispers.length > MAX_WHISPERS) whispers.shift()?.remove();
      const wasAtEnd = scroll.isAtEnd();
      scroll.holding(placeWhispers);
      if (!wasAtEnd && whisper.from.id !== me.id) scroll.addUnread(1);
    },
  };

  /** The lowest number on the page, 0 for none. */
  function first() {
    return Number(list.querySelector('[data-seq]')?.getAttribute('data-seq') ?? 0);
  }

  /** The highest number on the page, 0 for none. */
  function last() {
    return Math.max(0, ...rows().map((row) => Number(row.dataset.seq ?? 0)));
  }

  /** Whether the newest chat is on the page. */
  function isAtNewest() {
    return newest <= last();
  }

  /** What I sent is not to be shown any more. @param {string} nonce */
  function discard(nonce) {
    const row = mine.get(nonce);
    if (row) remove(row);
    mine.delete(nonce);
  }

  /** @param {SentChat} chat */
  function put(chat) {
    const own = chat.userId === me.id ? mine.get(chat.nonce) : undefined;
    if (list.querySelector(`[data-seq="${chat.seq}"]`)) {
      if (own) discard(chat.nonce);
      return;
    }
    if (own) mine.delete(chat.nonce);
    const row = own ?? chatRow(chat, me);
    const time = row.querySelector('time');
    if (time) showTime(time, chat.createdAt);
    row.dataset.seq = String(chat.seq);
    settle(row);
    place(row);
    if (!own) gifs.watch(row);
  }

  /** Those that now follow without a gap. */
  function putWaiting() {
    for (const chat of waiting) if (chat.seq === last() + 1) put(chat);
    if (isAtNewest()) waiting = [];
  }

  /** @param {string} nonce @param {HTMLElement} row */
  function addMine(nonce, row) {
    mine.set(nonce, row);
    gifs.watch(row);
    place(row);
    scroll.toEnd();
    return row;
  }

  /** @param {HTMLElement} row */
  function settle(row) {
    row.classList.remove('is-pending', 'is-failed');
    const delivery = row.querySelector('.delivery');
    if (!delivery) return;
    leadOn(delivery, scroller);
    delivery.remove();
  }

  /** Puts a row, new or there already, where it belongs. @param {HTMLElement} row */
  function place(row) {
    const { nextElementSibling: oldNext } = row;
    /** @type {Element | null} */
    let next = null;
    for (const other of rows().reverse()) {
      if (other === row) continue;
      if (orderOf(other) <= orderOf(row)) break;
      next = other;
    }
    // A row that is moved is announced again: one that is in its place stays.
    if (!row.isConnected || oldNext !== next) list.insertBefore(row, next);
    for (const changed of [row, next, oldNext]) if (changed instanceof HTMLElement) group(changed);
  }

  /** Takes away what is too much, far from the reader. @param {Element | undefined} reading */
  function trim(reading) {
    const stored = rows().filter((row) => row.dataset.seq);
    const excess = stored.length - (isEphemeral && reading ? MAX_ROWS_UNSTORED : MAX_ROWS);
    if (excess <= 0) {
      changed(false);
      return;
    }
    // The reader is in the middle of what stays, as far as there is enough on both sides.
    const far = Math.max(0, rows().findIndex((row) => row === reading) - MAX_ROWS / 2);
    const older = isEphemeral || !reading ? excess : Math.min(excess, far);
    for (const row of stored.slice(0, older)) remove(row);
    for (const row of stored.slice(stored.length - (excess - older))) remove(row);
    placeWhispers();
    changed(older > 0);
  }

  /** @param {boolean} isOlderGone */
  function changed(isOlderGone) {
    scroll.setAway(!isAtNewest());
    onWindow(isOlderGone && !isEphemeral);
  }

  /** Those that belong between what is on the page. */
  function placeWhispers() {
    for (const row of whispers) {
      const after = Number(row.dataset.after);
      if (after >= first() - 1 && (isAtNewest() || after < last())) place(row);
      else if (row.isConnected) remove(row);
    }
  }

  /** Without announcing it. @param {() => void} change */
  function quietly(change) {
    list.setAttribute('aria-live', 'off');
    change();
    // Assistive technology looks at the list a moment after it changed.
    setTimeout(() => list.removeAttribute('aria-live'), 500);
  }

  /** @param {HTMLElement} row */
  function remove(row) {
    const { nextElementSibling: next } = row;
    leadOn(row, scroller);
    const image = row.querySelector('img');
    if (image?.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
    gifs.forget(row);
    row.remove();
    if (next instanceof HTMLElement) group(next);
  }

  function rows() {
    return [...list.children].filter((child) => child instanceof HTMLElement);
  }
}
