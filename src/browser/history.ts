/** Older and newer chats, by scrolling or by the buttons at both ends. */
import { leadOn } from './dom.js';
import { readPage } from './read-page.js';

/** @typedef {import('./read-page.js').Page} Page */

/** So far before its end comes into sight, in CSS terms, the next page is fetched. */
const AHEAD = '240px 0px';
/** By these somebody reads on by hand. */
const READING = ['wheel', 'touchmove', 'keydown', 'pointerdown'];

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {HTMLElement} parts.scroller
 * @param {HTMLElement} parts.list
 * @param {HTMLButtonElement} parts.older shown while there is more
 * @param {HTMLButtonElement} parts.newer shown while the newest chats are not on the page
 * @param {ReturnType<typeof import('./log.js').createLog>} parts.log
 */
export function createHistory({ room, scroller, list, older, newer, log }) {
  const labels = new Map([older, newer].map((button) => [button, button.textContent]));
  /** Only the latest request counts. */
  let requests = 0;
  let isLoading = false;
  let isNewestWanted = false;
  for (const event of READING) scroller.addEventListener(event, stayHere, { passive: true });
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) void load(target === older);
    },
    { root: scroller, rootMargin: AHEAD },
  );
  older.addEventListener('click', () => load(true));
  newer.addEventListener('click', () => load(false));
  look();

  /** Looks again whether an end is in sight. */
  function look() {
    for (const button of [older, newer]) {
      observer.unobserve(button);
      observer.observe(button);
    }
  }

  /** @param {boolean} isOlder */
  async function load(isOlder) {
    if (isLoading) return;
    const edge = isOlder ? log.first() : log.last();
    await request(isOlder ? older : newer, `${isOlder ? 'before' : 'after'}=${edge}`, ({ chats, more }) => {
      // Unless rows were taken away meanwhile: then this is not what comes next.
      if (edge !== (isOlder ? log.first() : log.last())) return;
      if (isOlder) showOlder(more);
      log.addPage(chats);
    });
  }

  /** Shows the newest page in place of what is there. */
  async function toNewest() {
    isNewestWanted = true;
    await request(newer, '', ({ chats, more }) => {
      isNewestWanted = false;
      showOlder(more);
      log.replace(chats);
    });
  }

  /** Whoever reads on where they are is not pulled away when the connection is back. */
  function stayHere() {
    isNewestWanted = false;
  }

  /** @param {boolean} isMore */
  function showOlder(isMore) {
    if (!isMore) leadOn(older, scroller);
    older.hidden = !isMore;
  }

  /** @param {HTMLButtonElement} button @param {string} range @param {(page: Page) => void} use */
  async function request(button, range, use) {
    const turn = ++requests;
    isLoading = true;
    list.setAttribute('aria-busy', 'true');
    for (const [one, label] of labels) one.textContent = one === button ? '불러오는 중…' : label;
    try {
      const page = await readPage(room, range);
      if (turn !== requests) return;
      button.textContent = labels.get(button) ?? '';
      use(page);
      look();
    } catch {
      if (turn !== requests) return;
      button.textContent = '불러오지 못했습니다. 다시 시도';
    } finally {
      if (turn === requests) {
        isLoading = false;
        list.removeAttribute('aria-busy');
      }
    }
  }

  return {
    toNewest,
    /** The connection is back: what failed without it, or hangs on a dead line, is tried again. */
    resume() {
      isLoading = false;
      if (isNewestWanted) void toNewest();
      else look();
    },
  };
}
