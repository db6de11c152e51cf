/** The rows that are on the page, each in its place. */
import { leadOn } from './dom';
import type { Gifs } from './gifs';
import { group, orderOf } from './row';

interface Parts {
  scroller: HTMLElement;
  list: HTMLElement;
  gifs: Gifs;
}

export type Rows = ReturnType<typeof createRows>;

export function createRows({ scroller, list, gifs }: Parts) {
  for (const row of all()) gifs.watch(row);

  function all(): HTMLElement[] {
    return [...list.children].filter((child) => child instanceof HTMLElement);
  }

  /** Those of stored chats. */
  function stored(): HTMLElement[] {
    return all().filter((row) => row.dataset.seq);
  }

  return {
    all,
    stored,

    /** The lowest number on the page, 0 for none. */
    first(): number {
      return Number(list.querySelector('[data-seq]')?.getAttribute('data-seq') ?? 0);
    },

    /** The highest number on the page, 0 for none. */
    last(): number {
      return Math.max(0, ...all().map((row) => Number(row.dataset.seq ?? 0)));
    },

    has(seq: number): boolean {
      return list.querySelector(`[data-seq="${String(seq)}"]`) !== null;
    },

    /** Puts a row, new or there already, where it belongs. */
    place(row: HTMLElement): void {
      const { nextElementSibling: oldNext } = row;
      let next: HTMLElement | null = null;
      for (const other of all().reverse()) {
        if (other === row) continue;
        if (orderOf(other) <= orderOf(row)) break;
        next = other;
      }
      // A row that is moved is announced again: one that is in its place stays.
      if (!row.isConnected || oldNext !== next) list.insertBefore(row, next);
      for (const changed of [row, next, oldNext]) if (changed instanceof HTMLElement) group(changed);
    },

    remove(row: HTMLElement): void {
      const { nextElementSibling: next } = row;
      leadOn(row, scroller);
      const image = row.querySelector('img');
      if (image?.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
      gifs.forget(row);
      row.remove();
      if (next instanceof HTMLElement) group(next);
    },

    /** Lets `change` add and remove rows without announcing them. */
    quietly(change: () => void): void {
      list.setAttribute('aria-live', 'off');
      change();
      // Assistive technology looks at the list a moment after it changed.
      setTimeout(() => {
        list.removeAttribute('aria-live');
      }, 500);
    },
  };
}
