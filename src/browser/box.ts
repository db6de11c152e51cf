/**
 * Where letters wait until they are in the room: in the browser's own database, so that a reload loses none.
 * A letter belongs to the page that wrote it as long as that page lives; then the next page of the room takes it.
 */
import { newNonce } from './nonce.js';

/**
 * @typedef {import('./outbox.js').Letter} Letter
 * @typedef {Letter & { page: string }} Kept
 */

/** So long, in ms, a page has to say that it lives. */
const PATIENCE = 500;
/** Letters that nobody came back to for so long, in ms, go. */
const MAX_AGE = 7 * 24 * 3_600_000;

/**
 * Every operation rejects where the browser keeps nothing (private windows, a full disk).
 * @param {string} room
 * @param {(letters: Letter[]) => void} onFreed letters of another page, which lived until now
 */
export function createBox(room, onFreed) {
  const page = newNonce();
  const database = open();
  /** Pages whose letters are ours, or will be when they are gone. */
  const known = new Set([page]);
  const { locks } = navigator;
  // Whoever else gets this lock knows that the page is gone.
  locks?.request(lockOf(page), () => new Promise(() => undefined)).catch(() => undefined);
  // Plain http addresses have no locks: there pages ask each other, and look for letters of those gone at each join.
  const channel = locks ? undefined : new BroadcastChannel(`gif-chat ${room}`);
  channel?.addEventListener('message', ({ data }) => {
    if (data === WHO) channel.postMessage(page);
  });

  /** The other pages of the room that live. @returns {Promise<Set<string>>} */
  function living() {
    return new Promise((resolve) => {
      const pages = new Set();
      /** @param {MessageEvent} message */
      const hear = ({ data }) => pages.add(data);
      channel?.addEventListener('message', hear);
      channel?.postMessage(WHO);
      setTimeout(() => {
        channel?.removeEventListener('message', hear);
        resolve(pages);
      }, PATIENCE);
    });
  }

  /**
   * @template T
   * @param {(store: IDBObjectStore, done: (result: T) => void) => void} act
   * @param {T} empty the result when it is never `done`
   * @returns {Promise<T>} once it is kept
   */
  async function within(act, empty) {
    const transaction = (await database).transaction('letters', 'readwrite');
    return new Promise((resolve, reject) => {
      let result = empty;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
      act(transaction.objectStore('letters'), (found) => (result = found));
    });
  }

  /** Makes letters of a page that is gone this page's own. @param {string} owner */
  function claim(owner) {
    return within((store, /** @type {(letters: Kept[]) => void} */ done) => {
      const reading = store.getAll();
      reading.onsuccess = () => {
        /** @type {Kept[]} */
        const kept = reading.result;
        const claimed = kept.filter((letter) => letter.room === room && letter.page === owner);
        for (const letter of claimed) store.put({ ...letter, page });
        for (const { nonce, at } of kept) if (Math.abs(Date.now() - at) > MAX_AGE) store.delete(nonce);
        done(claimed);
      };
    }, /** @type {Kept[]} */ ([]));
  }

  /** The letters of a page that is gone; none if that fails, and whoever looks next tries again. @param {string} owner */
  async function take(owner) {
    try {
      return await claim(owner);
    } catch {
      known.delete(owner);
      return [];
    }
  }

  /** Whose letters of the room are there. @returns {Promise<Set<string>>} */
  function owners() {
    return within((store, /** @type {(pages: Set<string>) => void} */ done) => {
      const reading = store.getAll();
      reading.onsuccess = () => {
        /** @type {Kept[]} */
        const kept = reading.result;
        done(new Set(kept.filter((letter) => letter.room === room).map((letter) => letter.page)));
      };
    }, new Set());
  }

  return {
    /** The letters that were left in this room. @returns {Promise<Letter[]>} */
    async all() {
      const strangers = [...(await owners())].filter((owner) => !known.has(owner));
      for (const owner of strangers) known.add(owner);
      const alive = locks || strangers.length === 0 ? new Set() : await living();
      /** @type {Letter[]} */
      const letters = [];
      for (const owner of strangers) {
        if (alive.has(owner)) known.delete(owner);
        else if (!locks) letters.push(...(await take(owner)));
        await locks?.request(lockOf(owner), { ifAvailable: true }, async (lock) => {
          if (lock) letters.push(...(await take(owner)));
          // As soon as that page is gone.
          else locks.request(lockOf(owner), async () => onFreed(await take(owner))).catch(() => undefined);
        });
      }
      return letters;
    },

    /** @param {Letter} letter @returns {Promise<void>} */
    put: (letter) => within((store) => void store.put({ ...letter, page }), undefined),

    /** @param {string} nonce @returns {Promise<void>} */
    remove: (nonce) => within((store) => void store.delete(nonce), undefined),
  };
}

/** Keeps nothing: for a room whose chats are stored nowhere. */
export const noBox = {
  /** @returns {Promise<Letter[]>} */
  all: async () => [],
  put: () => Promise.reject(new Error('kept nowhere')),
  remove: async () => undefined,
};

/** The question that living pages answer with their name. */
const WHO = 'who lives?';

/** @param {string} page */
function lockOf(page) {
  return `gif-chat ${page}`;
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('gif-chat', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('letters', { keyPath: 'nonce' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
