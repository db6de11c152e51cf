/** Where the reader is in the log: at the newest chat or above it. The scroller is a reversed column, whose end is 0. */
import { leadOn } from './dom';
import { logWords } from '../locales/browser';

/** A reader within this distance of the end, in px, is at the end. */
const NEAR = 48;
/** Higher counts of new chats are not shown exactly. */
const MANY = 999;

interface Parts {
  scroller: HTMLElement;
  /** Its rows. */
  list: HTMLElement;
  /** The way down, shown while the reader is not at the newest chat. */
  button: HTMLButtonElement;
}

export type Scroll = ReturnType<typeof createScroll>;

/** Shows the button while it is needed, with the number of chats that the reader has not seen. */
export function createScroll({ scroller, list, button }: Parts) {
  let unread = 0;
  /** Whether the newest chats are not on the page. */
  let isAway = false;
  scroller.addEventListener('scroll', show);
  // When a tall text opens, the reversed scroller keeps the text's end in sight. People read from the beginning.
  list.addEventListener('change', ({ target }) => {
    if (target instanceof Element) target.closest('[data-tall]')?.scrollIntoView();
  });

  /** Whether the reader is at the newest chat. */
  function isAtEnd(): boolean {
    return !isAway && scroller.scrollTop > -NEAR;
  }

  function show(): void {
    const isNeeded = !isAtEnd();
    if (!isNeeded) unread = 0;
    const text = label(unread);
    if (button.textContent !== text) button.textContent = text;
    if (!isNeeded) leadOn(button, scroller);
    button.hidden = !isNeeded;
  }

  /** The rows that the reader sees, and those below them, with their places. Folded rows are not among them. */
  function rowsInSight(): [Element, DOMRect][] {
    const { top } = scroller.getBoundingClientRect();
    return [...list.children]
      .map((row): [Element, DOMRect] => [row, row.getBoundingClientRect()])
      .filter(([, { bottom, height }]) => bottom > top && height > 0);
  }

  return {
    isAtEnd,

    toEnd(): void {
      scroller.scrollTop = 0;
      show();
    },

    /** @param value whether the newest chats are not on the page */
    setAway(value: boolean): void {
      isAway = value;
      show();
    },

    addUnread(count: number): void {
      unread += count;
      show();
    },

    /**
     * Lets `change` add and remove rows. A reader at the newest stays at the newest; for a reader further up, the first row
     * in sight that is not removed or folded stays in its place. @param change is given the first row in sight
     */
    holding(change: (reading: Element | undefined) => void): void {
      const isFollowing = isAtEnd();
      const before = isFollowing ? [] : rowsInSight();
      change(before[0]?.[0]);
      const held = before.find(([row]) => row.getClientRects().length > 0);
      if (isFollowing) scroller.scrollTop = 0;
      else if (held) scroller.scrollTop += held[0].getBoundingClientRect().top - held[1].top;
    },
  };
}

function label(unread: number): string {
  if (unread > MANY) return logWords.unreadAtLeast(MANY);
  return unread > 0 ? logWords.unread(unread) : logWords.toNewest;
}
