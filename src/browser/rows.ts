/** The rows of the log on the page, in their order. */
import { leadOn } from './dom';
import type { Gifs } from './gifs';
import { orderOf } from './row';

interface Parts {
  scroller: HTMLElement;
  list: HTMLElement;
  gifs: Gifs;
}

export type Rows = ReturnType<typeof createRows>;

/** Starts with the rows that the server wrote into the page. */
export function createRows({ scroller, list, gifs }: Parts) {
  for (const row of all()) gifs.watch(row);

  function all(): HTMLElement[] {
    return [...list.children].filter((child) => child instanceof HTMLElement);
  }

  /** The rows of stored chats. */
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

    /** Puts a new row where it belongs, or moves one that is on the page. */
    place(row: HTMLElement): void {
      const { nextElementSibling: oldNext } = row;
      let next: HTMLElement | null = null;
      for (const other of all().reverse()) {
        if (other === row) continue;
        if (orderOf(other) <= orderOf(row)) break;
        next = other;
      }
      // A row that is moved loses the focus, so a row in the right place is not touched.
      if (!row.isConnected || oldNext !== next) list.insertBefore(row, next);
    },

    remove(row: HTMLElement): void {
      leadOn(row, scroller);
      const image = row.querySelector('img');
      if (image?.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
      gifs.forget(row);
      row.remove();
    },
  };
}
