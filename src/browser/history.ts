/** Loads older and newer chats when the reader scrolls to an end, or presses the button there. */
import { leadOn } from './dom';
import type { HistoryPage } from './incoming';
import type { Log } from './log';
import { readPage } from './read-page';
import { logWords } from '../locales/browser';

/** The next page is loaded when its button is this near to the visible part, as a CSS margin. */
const AHEAD = '240px 0px';
/** These events mean that the reader scrolls. */
const READING = ['wheel', 'touchmove', 'keydown', 'pointerdown'];

interface Parts {
  room: string;
  scroller: HTMLElement;
  /** Shown while there is more. */
  older: HTMLButtonElement;
  /** Shown while the newest chats are not on the page. */
  newer: HTMLButtonElement;
  log: Log;
}

/** Shows only the answer to its latest request, and tries again after a failure when the reader or the connection is back. */
export function createHistory({ room, scroller, older, newer, log }: Parts) {
  const labels = new Map([older, newer].map((button) => [button, button.textContent]));
  /** Only the latest request counts. */
  let requests = 0;
  let isLoading = false;
  let isNewestWanted = false;
  /** Whether chats on the page may have been taken back while this page did not hear of it. */
  let isUnsure = false;
  for (const event of READING) scroller.addEventListener(event, stayHere, { passive: true });
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) void load(target === older);
    },
    { root: scroller, rootMargin: AHEAD },
  );
  older.addEventListener('click', () => void load(true, true));
  newer.addEventListener('click', () => void load(false, true));
  look();

  /** Looks again whether an end is in sight: an observer reports at once on an element that it begins to observe. */
  function look(): void {
    for (const button of [older, newer]) {
      observer.unobserve(button);
      observer.observe(button);
    }
  }

  /** @param isAsked whether the reader pressed the button */
  async function load(isOlder: boolean, isAsked = false): Promise<void> {
    if (isLoading) return;
    const edgeNow = () => (isOlder ? log.first() : log.last());
    const edge = edgeNow();
    const range = `${isOlder ? 'before' : 'after'}=${String(edge)}`;
    await request(isOlder ? older : newer, range, ({ chats, more }) => {
      // If rows were removed meanwhile, these chats do not come next any more.
      if (edge !== edgeNow()) return;
      if (isOlder) showOlder(more);
      log.addPage(chats, isAsked ? (isOlder ? 'first' : 'last') : undefined);
      // When most rows are folded, both ends may be in sight. If none of the loaded chats could stay on the page, looking
      // again would load them for ever. If the reader pressed the button, looking again might load the other end and remove
      // the chats that the reader asked for.
      if (!isAsked && edge !== edgeNow()) look();
    });
  }

  /** Replaces the chats on the page by the newest ones. */
  async function toNewest(): Promise<void> {
    isNewestWanted = true;
    await request(newer, '', ({ chats, more }) => {
      isNewestWanted = false;
      isUnsure = false;
      showOlder(more);
      log.replace(chats);
      look();
    });
  }

  /** Reads the chats on the page again, and blanks those that were taken back meanwhile. */
  async function check(): Promise<void> {
    try {
      for (let at = log.first() - 1; at < log.last();) {
        const { chats } = await readPage(room, `after=${String(at)}&limit=100`);
        log.takeBack(chats.filter(({ takenBack }) => takenBack === true).map(({ seq }) => seq));
        at = chats.at(-1)?.seq ?? Infinity;
      }
      isUnsure = false;
    } catch {
      // It is done again when the connection is back.
    }
  }

  /** The reader scrolled, so a request for the newest chats that failed is not repeated. */
  function stayHere(): void {
    isNewestWanted = false;
  }

  function showOlder(isMore: boolean): void {
    if (!isMore) leadOn(older, scroller);
    older.hidden = !isMore;
  }

  async function request(
    button: HTMLButtonElement,
    range: string,
    use: (page: HistoryPage) => void,
  ): Promise<void> {
    const turn = ++requests;
    isLoading = true;
    for (const [one, label] of labels) one.textContent = one === button ? logWords.loading : label;
    try {
      const page = await readPage(room, range);
      if (turn !== requests) return;
      button.textContent = labels.get(button) ?? '';
      use(page);
    } catch {
      if (turn !== requests) return;
      button.textContent = logWords.notLoaded;
    } finally {
      if (turn === requests) {
        isLoading = false;
      }
    }
  }

  return {
    toNewest,

    /** Call it when the log skipped chats. Some of them may tell that chats on the page were taken back. */
    skipped({ isFollowing }: { isFollowing: boolean }): void {
      isUnsure = true;
      void (isFollowing ? toNewest() : check());
    },

    /** The connection is back: requests that failed or still wait are made again. */
    resume(): void {
      isLoading = false;
      if (isNewestWanted) {
        void toNewest();
        return;
      }
      if (isUnsure) void check();
      look();
    },
  };
}
