/**
 * Keeps letters (texts and GIFs that the server has not stored yet) in the browser's own database, so that a reload loses none.
 * A letter belongs to the page that wrote it while that page is open. After that, the next page of the room takes it.
 */
import { isNumber, isString, shape } from './guards';
import type { Letter } from './letter';
import { newNonce } from './nonce';
import type { Box } from './outbox';

type Kept = Letter & { page: string };

/** How long the other pages have to answer that they are open, in ms. */
const PATIENCE = 500;
/** Letters that are older than this, in ms, are deleted. */
const MAX_AGE = 7 * 24 * 3_600_000;

/**
 * The box of one room. Every operation rejects if the browser cannot store anything (private windows, a full disk).
 * @param onFreed is given the letters of another page when that page is closed
 */
export function createBox(room: string, onFreed: (letters: Letter[]) => void): Box {
  const page = newNonce();
  const database = open();
  /** Pages whose letters this page has taken, or takes when they are closed. */
  const known = new Set([page]);
  const locks = locksOf(navigator);
  // This page holds the lock while it is open. Another page that gets it knows that this one is closed.
  locks?.request(lockOf(page), () => new Promise(() => undefined)).catch(ignore);
  // Without locks, pages ask each other at each join which of them are open.
  const channel = locks ? undefined : channelOf(`gif-chat ${room}`);
  channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data === WHO) channel.postMessage(page);
  });

  /** The other pages of the room that are open. */
  function openPages(): Promise<Set<unknown>> {
    return new Promise((resolve) => {
      const pages = new Set<unknown>();
      const hear = ({ data }: MessageEvent<unknown>) => {
        pages.add(data);
      };
      channel?.addEventListener('message', hear);
      channel?.postMessage(WHO);
      setTimeout(() => {
        channel?.removeEventListener('message', hear);
        resolve(pages);
      }, PATIENCE);
    });
  }

  /** Runs `act` in a transaction. Resolves to its result when the transaction is done, which may add to that result. */
  async function within<T>(act: (store: IDBObjectStore) => T): Promise<T> {
    const transaction = (await database).transaction('letters', 'readwrite');
    return new Promise((resolve, reject) => {
      const result = act(transaction.objectStore('letters'));
      transaction.oncomplete = () => {
        resolve(result);
      };
      transaction.onabort = () => {
        reject(transaction.error ?? new Error('not kept'));
      };
    });
  }

  /** Moves the letters of a closed page to this page, and deletes letters that are too old. */
  function claim(owner: string): Promise<Letter[]> {
    return within((store) => {
      const claimed: Letter[] = [];
      readAll(store, (letter) => {
        if (letter.room === room && letter.page === owner) {
          claimed.push(letter);
          store.put({ ...letter, page });
        }
        if (Math.abs(Date.now() - letter.at) > MAX_AGE) store.delete(letter.nonce);
      });
      return claimed;
    });
  }

  /** Takes the letters of a closed page. If that fails, it returns none, and the next `all` tries again. */
  async function take(owner: string): Promise<Letter[]> {
    try {
      return await claim(owner);
    } catch {
      known.delete(owner);
      return [];
    }
  }

  /** The pages that have letters of this room. */
  function owners(): Promise<Set<string>> {
    return within((store) => {
      const pages = new Set<string>();
      readAll(store, (letter) => {
        if (letter.room === room) pages.add(letter.page);
      });
      return pages;
    });
  }

  return {
    /** Takes the letters that closed pages left in this room. */
    async all() {
      const strangers = [...(await owners())].filter((owner) => !known.has(owner));
      for (const owner of strangers) known.add(owner);
      const stillOpen = locks || strangers.length === 0 ? new Set() : await openPages();
      const letters: Letter[] = [];
      for (const owner of strangers) {
        if (stillOpen.has(owner)) known.delete(owner);
        else if (!locks) letters.push(...(await take(owner)));
        await locks?.request(lockOf(owner), { ifAvailable: true }, async (lock) => {
          if (lock) letters.push(...(await take(owner)));
          // That page is still open: its letters are taken as soon as it is closed.
          else locks.request(lockOf(owner), async () => onFreed(await take(owner))).catch(ignore);
        });
      }
      return letters;
    },

    put: (letter) => within((store) => void store.put({ ...letter, page })),
    remove: (nonce) => within((store) => void store.delete(nonce)),
  };
}

/** Keeps nothing: for ephemeral rooms. */
export const noBox: Box = {
  all: async () => [],
  put: () => Promise.reject(new Error('kept nowhere')),
  remove: async () => undefined,
};

/** Open pages answer this question with their name. */
const WHO = 'who lives?';

/** Pages from plain http addresses have no locks, though the type of `navigator` says otherwise. */
function locksOf({ locks }: { locks?: LockManager }): LockManager | undefined {
  return locks;
}

/**
 * Safari before 15.4 knows neither locks nor channels. There a page takes the letters of all others, also of open ones. The
 * nonce still makes each of them stored once.
 */
function channelOf(name: string): BroadcastChannel | undefined {
  return 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : undefined;
}

function lockOf(page: string): string {
  return `gif-chat ${page}`;
}

/** Calls `use` with each letter of each room, within the transaction. */
function readAll(store: IDBObjectStore, use: (letter: Kept) => void): void {
  const reading: IDBRequest<unknown[]> = store.getAll();
  reading.onsuccess = () => {
    reading.result.filter(isKept).forEach(use);
  };
}

/** Another version of this page may have stored letters of another shape. */
function isKept(value: unknown): value is Kept {
  if (!hasCommon(value)) return false;
  return value.kind === 'gif' ? hasGif(value) : value.kind === 'chat' && hasText(value);
}

const hasCommon = shape({
  nonce: isString,
  room: isString,
  userId: isString,
  page: isString,
  kind: isString,
  at: isNumber,
  order: isNumber,
});
const hasText = shape({ chat: isString });
const hasGif = shape({ gif: (value): value is Blob => value instanceof Blob });

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('gif-chat', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('letters', { keyPath: 'nonce' });
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('no database'));
    };
  });
}

function ignore(): void {
  // Without this lock, another page may take our letters early. The nonce still makes each of them stored once.
}
