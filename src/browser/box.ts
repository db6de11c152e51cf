/**
 * Where letters wait until they are in the room: in the browser's own database, so that a reload loses none.
 * A letter belongs to the page that wrote it as long as that page lives; then the next page of the room takes it.
 */
import { isNumber, isString, shape } from './guards';
import { newNonce } from './nonce';
import type { Box, Letter } from './outbox';

type Kept = Letter & { page: string };

/** How long a page has to say that it lives, in ms. */
const PATIENCE = 500;
/** Letters that nobody came back to for so long, in ms, go. */
const MAX_AGE = 7 * 24 * 3_600_000;

/**
 * Every operation rejects where the browser keeps nothing (private windows, a full disk).
 * @param onFreed is given letters of another page, which lived until now
 */
export function createBox(room: string, onFreed: (letters: Letter[]) => void): Box {
  const page = newNonce();
  const database = open();
  /** Pages whose letters are ours, or will be when they are gone. */
  const known = new Set([page]);
  const locks = locksOf(navigator);
  // Another page that gets this lock knows that this one is gone.
  locks?.request(lockOf(page), () => new Promise(() => undefined)).catch(ignore);
  // Without locks pages ask each other, and look for letters of those gone at each join.
  const channel = locks ? undefined : new BroadcastChannel(`gif-chat ${room}`);
  channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data === WHO) channel.postMessage(page);
  });

  /** The other pages of the room that live. */
  function living(): Promise<Set<unknown>> {
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

  /** Runs `act` in a transaction. Resolves to what it returned, and filled meanwhile, when everything is kept. */
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

  /** Makes letters of a page that is gone this page's own, and throws away what is too old. */
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

  /** The letters of a page that is gone; none if that fails, and the next look tries again. */
  async function take(owner: string): Promise<Letter[]> {
    try {
      return await claim(owner);
    } catch {
      known.delete(owner);
      return [];
    }
  }

  /** Whose letters of the room are there. */
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
    /** The letters that were left in this room. */
    async all() {
      const strangers = [...(await owners())].filter((owner) => !known.has(owner));
      for (const owner of strangers) known.add(owner);
      const alive = locks || strangers.length === 0 ? new Set() : await living();
      const letters: Letter[] = [];
      for (const owner of strangers) {
        if (alive.has(owner)) known.delete(owner);
        else if (!locks) letters.push(...(await take(owner)));
        await locks?.request(lockOf(owner), { ifAvailable: true }, async (lock) => {
          if (lock) letters.push(...(await take(owner)));
          // As soon as that page is gone.
          else locks.request(lockOf(owner), async () => onFreed(await take(owner))).catch(ignore);
        });
      }
      return letters;
    },

    put: (letter) => within((store) => void store.put({ ...letter, page })),
    remove: (nonce) => within((store) => void store.delete(nonce)),
  };
}

/** Keeps nothing: for a room whose chats are stored nowhere. */
export const noBox: Box = {
  all: async () => [],
  put: () => Promise.reject(new Error('kept nowhere')),
  remove: async () => undefined,
};

/** The question that living pages answer with their name. */
const WHO = 'who lives?';

/** Plain http addresses have none, though the type of `navigator` says otherwise. */
function locksOf({ locks }: { locks?: LockManager }): LockManager | undefined {
  return locks;
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

/** Another version of this page may have kept other things. */
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
  // Where there are no locks after all, pages are told apart by the next one.
}
