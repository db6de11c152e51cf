/** The room's log on the page: rows in the order of `seq`, each chat once, mine from the moment that they are sent. */
import { paint } from './colors.js';
import { clone, fill, find } from './dom.js';
import { showTime } from './times.js';

/**
 * @typedef {import('../src/types/events.js').SentChat} SentChat
 * @typedef {import('../src/types/events.js').PersonRef} PersonRef
 * @typedef {import('../src/types/events.js').Whisper} Whisper
 */

/** Chats of one person share one name line when they follow within this time, in ms. `src/filters.ts` does the same. */
const ONE_BREATH = 120_000;
/** How many rows stay for somebody who reads the newest; older ones come again by scrolling up. */
const MAX_ROWS = 300;
/** A GIF is shown no larger than this, in CSS px a side. */
const MAX_SIDE = 320;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.list
 * @param {PersonRef} parts.me
 * @param {ReturnType<typeof import('./scroll.js').createScroll>} parts.scroll
 * @param {ReturnType<typeof import('./gifs.js').createGifs>} parts.gifs
 * @param {() => void} parts.onTrim older rows went
 */
export function createLog({ list, me, scroll, gifs, onTrim }) {
  /** What I sent and have not seen stored, by nonce. @type {Map<string, HTMLElement>} */
  const mine = new Map();
  for (const row of rows()) gifs.watch(row);

  return {
    /** The lowest number on the page, 0 for none. */
    first: () => Number(list.querySelector('[data-seq]')?.getAttribute('data-seq') ?? 0),

    /** The highest number on the page, 0 for none. */
    last: () => Math.max(0, ...rows().map((row) => Number(row.dataset.seq ?? 0))),

    /** Chats that are new. @param {SentChat[]} chats */
    add(chats) {
      scroll.adding((isAtEnd) => {
        for (const chat of chats) put(chat);
        if (isAtEnd) trim();
        return chats.filter(({ kind, userId }) => (kind === 'chat' || kind === 'gif') && userId !== me.id)
          .length;
      });
    },

    /** Chats of before. They are not announced. @param {SentChat[]} chats */
    addOlder(chats) {
      list.setAttribute('aria-live', 'off');
      for (const chat of chats) put(chat);
      // Assistive technology looks at the list a moment after it changed.
      setTimeout(() => list.removeAttribute('aria-live'), 500);
    },

    /** A text that is on its way. @param {string} nonce @param {string} text */
    addText(nonce, text) {
      const row = saidRow('chat', me, nonce);
      fill(row, { chat: text });
      return addMine(nonce, row);
    },

    /** A GIF that is on its way. @param {string} nonce @param {Blob} file */
    addGif(nonce, file) {
      const row = saidRow('gif', me, nonce);
      const image = find('img', HTMLImageElement, row);
      image.src = URL.createObjectURL(file);
      image.alt = '내가 올린 GIF';
      image.addEventListener('load', () =>
        scroll.adding(() => (size(image, image.naturalWidth, image.naturalHeight), 0)),
      );
      return addMine(nonce, row);
    },

    /** What I sent is stored under this number; the chat itself may still come. @param {string} nonce @param {number} seq */
    confirm(nonce, seq) {
      const row = mine.get(nonce);
      if (row) settle(row, seq);
    },

    /** What I sent was not taken, and I do not want it any more. @param {string} nonce */
    discard(nonce) {
      const row = mine.get(nonce);
      if (row) remove(row);
      mine.delete(nonce);
    },

    /** @param {Whisper} whisper */
    addWhisper({ from, to, chat, createdAt }) {
      const isMine = from.id === me.id;
      const other = isMine ? to : from;
      const row = clone('whisper-template');
      row.classList.add(isMine ? 'mine' : 'other');
      row.dataset.after = String(this.last());
      paint(find('.person', Element, row), other.color);
      paint(row, from.color);
      fill(row, { chat, color: other.color, direction: isMine ? '귓속말 →' : '귓속말 ←' });
      showTime(find('time', HTMLTimeElement, row), createdAt);
      scroll.adding(() => (place(row), isMine ? 0 : 1));
    },
  };

  /** @param {SentChat} chat */
  function put(chat) {
    const own = chat.userId === me.id ? mine.get(chat.nonce) : undefined;
    if (own) mine.delete(chat.nonce);
    const row = own ?? rowOf(chat);
    const time = row.querySelector('time');
    if (time) showTime(time, chat.createdAt);
    settle(row, chat.seq);
  }

  /** @param {SentChat} chat */
  function rowOf(chat) {
    if (chat.kind !== 'chat' && chat.kind !== 'gif') {
      const row = clone('system-template');
      fill(row, { chat: chat.chat });
      return row;
    }
    const row = saidRow(chat.kind, { id: chat.userId, color: chat.color }, chat.nonce);
    if (chat.kind === 'chat') fill(row, { chat: chat.chat });
    else {
      const image = find('img', HTMLImageElement, row);
      size(image, chat.width, chat.height);
      image.alt = `${chat.color}님이 올린 GIF`;
      image.src = `/gif/${chat.gif}`;
      gifs.watch(row);
    }
    return row;
  }

  /** @param {'chat' | 'gif'} kind @param {PersonRef} who @param {string} nonce */
  function saidRow(kind, who, nonce) {
    const row = clone(`${kind}-template`);
    row.className = who.id === me.id ? 'mine' : 'other';
    Object.assign(row.dataset, { userId: who.id, nonce });
    paint(row, who.color);
    paint(find('.person', Element, row), who.color);
    fill(row, { color: who.color });
    return row;
  }

  /** @param {string} nonce @param {HTMLElement} row */
  function addMine(nonce, row) {
    mine.set(nonce, row);
    gifs.watch(row);
    showTime(find('time', HTMLTimeElement, row), new Date().toISOString());
    place(row);
    scroll.toEnd();
    return row;
  }

  /** @param {HTMLElement} row @param {number} seq */
  function settle(row, seq) {
    row.dataset.seq = String(seq);
    row.classList.remove('is-pending', 'is-failed');
    row.querySelector('.delivery')?.remove();
    place(row);
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

  function trim() {
    const old = rows().slice(0, -MAX_ROWS);
    old.forEach(remove);
    if (old.length > 0) onTrim();
  }

  /** @param {HTMLElement} row */
  function remove(row) {
    const { nextElementSibling: next } = row;
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

/** Stored rows by number, a whisper after what was there when it came, what is on its way last. @param {HTMLElement} row */
function orderOf({ dataset: { seq, after } }) {
  if (seq) return Number(seq);
  return after ? Number(after) + 0.5 : Infinity;
}

/** Whether a row goes on under the name line of the one before it. @param {HTMLElement} row */
function group(row) {
  const previous = row.previousElementSibling;
  const isSaid = [row, previous].every((one) => /^(chat|gif)$/.test(one?.getAttribute('data-kind') ?? ''));
  const isSamePerson = row.dataset.userId === previous?.getAttribute('data-user-id');
  row.classList.toggle('continued', isSaid && isSamePerson && timeOf(row) - timeOf(previous) < ONE_BREATH);
}

/** @param {Element | null} row */
function timeOf(row) {
  return Date.parse(row?.querySelector('time')?.dateTime ?? '');
}

/**
 * A GIF keeps its place before it loads.
 * @param {HTMLImageElement} image
 * @param {number} width
 * @param {number} height
 */
function size(image, width, height) {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  image.width = Math.round(width * scale);
  image.height = Math.round(height * scale);
}
