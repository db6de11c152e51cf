/** Rows of the list that must not move now: somebody points at one of them, has the focus in one, or reads further down. */
import { listWords } from '../locales/page';

interface Parts {
  rows: HTMLTableSectionElement;
  /** Says how many new rooms wait; a click shows them. */
  line: HTMLButtonElement;
}

/** Keeps the rows in their places while somebody uses them. New rooms wait then, and removed ones stay, marked as gone. */
export function createWaitingRooms({ rows, line }: Parts) {
  /** The rows of new rooms, the oldest first. */
  const waiting = new Map<string, HTMLElement>();

  function isInUse(): boolean {
    const isBelowTop = rows.getBoundingClientRect().top < 0;
    return isBelowTop || rows.matches(':hover') || rows.contains(document.activeElement);
  }

  function show(): void {
    for (const row of waiting.values()) rows.prepend(row);
    waiting.clear();
    tell();
  }

  function tell(): void {
    line.hidden = waiting.size === 0;
    if (!line.hidden) line.textContent = listWords.newRooms(waiting.size);
  }

  /** Takes away the rows of rooms that are gone, if nobody uses the rows any more. */
  function settle(): void {
    if (!isInUse()) for (const gone of rows.querySelectorAll('[data-gone]')) gone.remove();
  }

  line.addEventListener('click', () => {
    const [first] = [...waiting.values()].slice(-1);
    show();
    scrollTo({ top: 0 });
    first?.querySelector('a')?.focus({ preventScroll: true });
  });
  rows.addEventListener('pointerleave', settle);
  rows.addEventListener('focusout', () => {
    // Where the focus goes is known a moment later.
    setTimeout(settle);
  });
  addEventListener('scroll', settle, { passive: true });

  return {
    isInUse,

    /** The row of a new room. */
    add(row: HTMLElement): void {
      waiting.set(row.dataset.id ?? '', row);
      if (isInUse()) tell();
      else show();
    },

    /** A room was removed. */
    remove(id: string, row: Element | undefined): void {
      waiting.delete(id);
      tell();
      if (row === undefined) return;
      if (!isInUse()) {
        row.remove();
        return;
      }
      row.toggleAttribute('data-gone', true);
      row.querySelector('a')?.removeAttribute('href');
    },

    /** The row of a room that waits. */
    rowOf: (id: string): HTMLElement | undefined => waiting.get(id),

    /** Forgets what waits: the whole list was read again. */
    forget(): void {
      waiting.clear();
      tell();
    },
  };
}
