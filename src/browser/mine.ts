/** My chats that may not be stored yet: a row for each, by its nonce, below all other rows. */
import { leadOn } from './dom';
import type { Gifs } from './gifs';
import { gifRow, textRow } from './row';
import type { Rows } from './rows';
import type { Scroll } from './scroll';
import type { PersonRef } from '../types/events';

interface Parts {
  scroller: HTMLElement;
  rows: Rows;
  scroll: Scroll;
  gifs: Gifs;
  me: PersonRef;
}

export type Mine = ReturnType<typeof createMine>;

/** Adds these rows to the log, and removes them or gives them to the log when their chats are stored. */
export function createMine({ scroller, rows, scroll, gifs, me }: Parts) {
  const byNonce = new Map<string, HTMLElement>();

  function add(nonce: string, row: HTMLElement): HTMLElement {
    byNonce.set(nonce, row);
    gifs.watch(row);
    rows.place(row);
    scroll.toEnd();
    return row;
  }

  function settle(row: HTMLElement): void {
    row.classList.remove('is-pending', 'is-failed');
    const delivery = row.querySelector('.delivery');
    if (!delivery) return;
    leadOn(delivery, scroller);
    delivery.remove();
  }

  return {
    addText: (nonce: string, text: string) => add(nonce, textRow(text, me, nonce)),
    addGif: (nonce: string, file: Blob) =>
      add(
        nonce,
        gifRow(file, me, nonce, (change) => {
          scroll.holding(change);
        }),
      ),

    /** The chat is sent again, after all others, so its row becomes the last one. */
    moveToEnd(nonce: string): void {
      const row = byNonce.get(nonce);
      if (row) rows.place(row);
      scroll.toEnd();
    },

    /** The chat is stored. Its row stays here until the chat itself comes from the server. */
    settle(nonce: string): void {
      const row = byNonce.get(nonce);
      if (row) settle(row);
    },

    /** Gives the chat's row to the caller, who makes it the row of the stored chat. @returns undefined if there is none */
    release(nonce: string): HTMLElement | undefined {
      const row = byNonce.get(nonce);
      byNonce.delete(nonce);
      if (row) settle(row);
      return row;
    },

    /** Removes the chat's row, if there is one. */
    discard(nonce: string): void {
      const row = byNonce.get(nonce);
      if (row) rows.remove(row);
      byNonce.delete(nonce);
    },
  };
}
