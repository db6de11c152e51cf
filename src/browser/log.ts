/**
 * The room's log on the page: rows in the order of `seq`, each chat once. The page shows a part of the log without gaps.
 * While the newest chats are not in that part, live chats wait until the chats between are loaded.
 */
import type { Gifs } from './gifs';
import type { Mine } from './mine';
import { blankRow, chatRow } from './row';
import type { Rows } from './rows';
import type { Scroll } from './scroll';
import { showTime } from './times';
import type { Whispers } from './whisper-rows';
import { isSaid } from '../shared/kinds';
import type { PersonRef, SentChat, Whisper } from '../types/events';

/** How many chats stay on the page; older and newer ones come again by scrolling. */
const MAX_ROWS = 300;
/** The same in an ephemeral room, while the reader is further up: its older chats could not be loaded again. */
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

/** Starts with the rows that the server wrote into the page. */
export function createLog({ rows, mine, whispers, scroll, gifs, me, isEphemeral, onWindow }: Parts) {
  /** The latest live chats that are not on the page yet. They come after the last page of the history. */
  let waiting: SentChat[] = [];
  /** The highest number that is known to exist. */
  let newest = rows.last();
  /** The numbers of the chats that were taken back since this page is open. A page of the history may be older than that. */
  const takenBack = new Set<number>();

  return {
    first: () => rows.first(),
    last: () => rows.last(),
    isAtNewest,

    /** Authors, nonces and numbers of the stored chats on the page. */
    stored: () =>
      rows
        .stored()
        .map(({ dataset: { userId = '', nonce = '', seq } }) => ({ userId, nonce, seq: Number(seq) })),

    /** Adds new chats. */
    add(chats: SentChat[]): void {
      const wasAtNewest = isAtNewest();
      const wasAtEnd = scroll.isAtEnd();
      for (const { seq } of chats) newest = Math.max(newest, seq);
      scroll.holding((reading) => {
        if (wasAtNewest) for (const chat of chats) put(chat);
        else {
          waiting = [...waiting, ...chats].slice(-MAX_ROWS);
          for (const { userId, nonce } of chats) if (userId === me.id) mine.discard(nonce);
          for (const chat of chats) if (chat.kind === 'takeback') blank(chat.about);
        }
        trim(reading);
      });
      const others = chats.filter(({ kind, userId }) => isSaid(kind) && userId !== me.id);
      if (!wasAtEnd) scroll.addUnread(others.length);
    },

    /** Chats up to this number exist, and were not received. */
    skip(seq: number): void {
      const count = seq - newest;
      newest = seq;
      changed(false);
      scroll.addUnread(count);
    },

    /**
     * Adds chats that come next at one of the ends.
     * @param end the end that the reader asked for. Rows are removed at the other end.
     */
    addPage(chats: SentChat[], end?: 'first' | 'last'): void {
      scroll.holding((reading) => {
        for (const chat of chats) put(chat);
        putWaiting();
        whispers.place(isAtNewest());
        trim(end === undefined ? reading : rows.all().at(end === 'first' ? 0 : -1));
      });
    },

    /** Replaces all chats on the page by these, and scrolls to the newest. */
    replace(chats: SentChat[]): void {
      for (const row of rows.stored()) rows.remove(row);
      for (const chat of chats) put(chat);
      putWaiting();
      whispers.place(isAtNewest());
      trim(undefined);
      scroll.toEnd();
    },

    /** The chats with these numbers were taken back. */
    takeBack(seqs: readonly number[]): void {
      scroll.holding(() => {
        for (const seq of seqs) blank(seq);
      });
    },

    /** A chat of mine is stored with this number. The chat itself may still come from the server. */
    confirm(nonce: string, seq: number): void {
      if (isEphemeral) {
        // The server may never send it again.
        const row = mine.release(nonce);
        if (row) putAs(row, seq);
      } else if (seq <= newest) {
        // Its stored row is on the page already, or comes when the reader scrolls there.
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
    if (chat.kind === 'takeback') blank(chat.about);
    const isTakenBack = chat.takenBack === true;
    if (isMine && isTakenBack) mine.discard(chat.nonce);
    const own = isMine && !isTakenBack ? mine.release(chat.nonce) : undefined;
    const row = own ?? chatRow(chat, me);
    const time = row.querySelector('time');
    if (time) showTime(time, chat.createdAt);
    putAs(row, chat.seq);
    if (!own) gifs.watch(row);
    if (takenBack.has(chat.seq)) blank(chat.seq);
  }

  /** The chat with this number was taken back: only that something was said stays on the page. */
  function blank(seq: number): void {
    takenBack.add(seq);
    const row = rows.stored().find(({ dataset }) => dataset.seq === String(seq));
    if (!row || row.hasAttribute('data-taken-back')) return;
    rows.remove(row);
    putAs(blankRow(row), seq);
  }

  function putAs(row: HTMLElement, seq: number): void {
    row.dataset.seq = String(seq);
    rows.place(row);
  }

  /** Adds the waiting chats that now follow without a gap. */
  function putWaiting(): void {
    for (const chat of waiting) if (chat.seq === rows.last() + 1) put(chat);
    if (isAtNewest()) waiting = [];
  }

  /** Removes surplus rows, far from the reader. @param reading the first visible row; undefined for a reader at the newest */
  function trim(reading: Element | undefined): void {
    const stored = rows.stored();
    const excess = stored.length - (isEphemeral && reading ? MAX_ROWS_UNSTORED : MAX_ROWS);
    if (excess <= 0) {
      changed(false);
      return;
    }
    // Keep the reader in the middle of the rest, if there are enough rows on both sides.
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
