/** New and removed rooms that must not move the rows now: somebody points at a row, has the focus in one, or reads below. */
import { listWords } from '../locales/browser';

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
    // The browser moves the focus only after this event.
    setTimeout(settle);
  });
  addEventListener('scroll', settle, { passive: true });

  return {
    isInUse,

    /** Shows the row of a new room, or lets it wait. */
    add(row: HTMLElement): void {
      waiting.set(row.dataset.id ?? '', row);
      if (isInUse()) tell();
      else show();
    },

    /** Call it when a room was removed. @param row its row, if it is in the list */
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

    /** The row of this room, if it waits. */
    rowOf: (id: string): HTMLElement | undefined => waiting.get(id),

    /** Call it when the whole list was read again, which has the rooms that waited. */
    forget(): void {
      waiting.clear();
      tell();
    },
  };
}
