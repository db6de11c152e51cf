/**
 * The room's log on the page: rows in the order of `seq`, each chat once. What is on the page is a window of the log,
 * without gaps; while its end is not the newest chat, live ones wait until the pages between are there.
 */
import type { Gifs } from './gifs';
import type { Mine } from './mine';
import { chatRow } from './row';
import type { Rows } from './rows';
import type { Scroll } from './scroll';
import { showTime } from './times';
import type { Whispers } from './whispers';
import { isSaid } from '../shared/kinds';
import type { PersonRef, SentChat, Whisper } from '../types/events';

/** How many chats stay on the page; older and newer ones come again by scrolling. */
const MAX_ROWS = 300;
/** In a room that stores nothing, for a reader further up. */
const MAX_ROWS_UNSTORED = 1_000;

interface Parts {
  rows: Rows;
  mine: Mine;
  whispers: Whispers;
  scroll: Scroll;
  gifs: Gifs;
  me: PersonRef;
  isEphemeral: boolean;
  /** What is on the page changed. @param isOlderGone older chats were taken away */
  onWindow: (isOlderGone: boolean) => void;
}

export type Log = ReturnType<typeof createLog>;

export function createLog({ rows, mine, whispers, scroll, gifs, me, isEphemeral, onWindow }: Parts) {
  /**
   * The latest live chats that are not on the page: a page of history ends where the server read it, and these come
   * after.
   */
  let waiting: SentChat[] = [];
  /** The newest number that was heard of. */
  let newest = rows.last();

  return {
    first: () => rows.first(),
    last: () => rows.last(),
    isAtNewest,

    /** The nonces and numbers of what is on the page. */
    stored: () =>
      rows
        .stored()
        .map(({ dataset: { userId = '', nonce = '', seq } }) => ({ userId, nonce, seq: Number(seq) })),

    /** Chats that are new. */
    add(chats: SentChat[]): void {
      const wasAtNewest = isAtNewest();
      const wasAtEnd = scroll.isAtEnd();
      for (const { seq } of chats) newest = Math.max(newest, seq);
      scroll.holding((reading) => {
        if (wasAtNewest) for (const chat of chats) put(chat);
        else {
          waiting = [...waiting, ...chats].slice(-MAX_ROWS);
          for (const { userId, nonce } of chats) if (userId === me.id) mine.discard(nonce);
        }
        trim(reading);
      });
      const others = chats.filter(({ kind, userId }) => isSaid(kind) && userId !== me.id);
      if (!wasAtEnd) scroll.addUnread(others.length);
    },

    /** Chats up to this number are there, and were not heard. */
    skip(seq: number): void {
      const count = seq - newest;
      newest = seq;
      changed(false);
      scroll.addUnread(count);
    },

    /** Chats that come next at one of the ends. They are not announced. */
    addPage(chats: SentChat[]): void {
      rows.quietly(() => {
        scroll.holding((reading) => {
          for (const chat of chats) put(chat);
          putWaiting();
          whispers.place(isAtNewest());
          trim(reading);
        });
      });
    },

    /** These instead of what is on the page, and the newest of them in sight. */
    replace(chats: SentChat[]): void {
      rows.quietly(() => {
        for (const row of rows.stored()) rows.remove(row);
        for (const chat of chats) put(chat);
        putWaiting();
        whispers.place(isAtNewest());
        trim(undefined);
      });
      scroll.toEnd();
    },

    /** What I sent is stored under this number; the chat itself may still come. */
    confirm(nonce: string, seq: number): void {
      if (isEphemeral) {
        // Perhaps nobody will ever tell of it again.
        const row = mine.release(nonce);
        if (row) putAs(row, seq);
      } else if (seq <= newest) {
        // It is in its place already, or comes there by scrolling.
        mine.discard(nonce);
      } else mine.settle(nonce);
    },

    addWhisper(whisper: Whisper): void {
      const wasAtEnd = scroll.isAtEnd();
      whispers.add(whisper, newest);
      scroll.holding(() => {
        whispers.place(isAtNewest());
      });
      if (!wasAtEnd && whisper.from.id !== me.id) scroll.addUnread(1);
    },
  };

  /** Whether the newest chat is on the page. */
  function isAtNewest(): boolean {
    return newest <= rows.last();
  }

  function put(chat: SentChat): void {
    const isMine = chat.userId === me.id;
    if (rows.has(chat.seq)) {
      if (isMine) mine.discard(chat.nonce);
      return;
    }
    const own = isMine ? mine.release(chat.nonce) : undefined;
    const row = own ?? chatRow(chat, me);
    const time = row.querySelector('time');
    if (time) showTime(time, chat.createdAt);
    putAs(row, chat.seq);
    if (!own) gifs.watch(row);
  }

  function putAs(row: HTMLElement, seq: number): void {
    row.dataset.seq = String(seq);
    rows.place(row);
  }

  /** Those that now follow without a gap. */
  function putWaiting(): void {
    for (const chat of waiting) if (chat.seq === rows.last() + 1) put(chat);
    if (isAtNewest()) waiting = [];
  }

  /** Takes away what is too much, far from the reader. @param reading the row in sight, if not at the newest */
  function trim(reading: Element | undefined): void {
    const stored = rows.stored();
    const excess = stored.length - (isEphemeral && reading ? MAX_ROWS_UNSTORED : MAX_ROWS);
    if (excess <= 0) {
      changed(false);
      return;
    }
    // The reader is in the middle of what stays, as far as there is enough on both sides.
    const far = Math.max(0, rows.all().findIndex((row) => row === reading) - MAX_ROWS / 2);
    const older = isEphemeral || !reading ? excess : Math.min(excess, far);
    for (const row of stored.slice(0, older)) rows.remove(row);
    for (const row of stored.slice(stored.length - (excess - older))) rows.remove(row);
    whispers.place(isAtNewest());
    changed(older > 0);
  }

  function changed(isOlderGone: boolean): void {
    scroll.setAway(!isAtNewest());
    onWindow(isOlderGone && !isEphemeral);
  }
}
