/** The whispers between the rows of the log. They are stored only here, as long as the page is open. */
import { whisperRow } from './row';
import type { Rows } from './rows';
import type { PersonRef, Whisper } from '../types/events';

const MAX_WHISPERS = 100;

export type Whispers = ReturnType<typeof createWhispers>;

export function createWhispers({ rows, me }: { rows: Rows; me: PersonRef }) {
  const all: HTMLElement[] = [];

  return {
    /** @param newest the number of the newest chat by now */
    add(whisper: Whisper, newest: number): void {
      all.push(whisperRow(whisper, me, newest));
      if (all.length > MAX_WHISPERS) all.shift()?.remove();
    },

    /** Shows those that belong between the chats on the page. */
    place(isAtNewest: boolean): void {
      for (const row of all) {
        const after = Number(row.dataset.after);
        if (after >= rows.first() - 1 && (isAtNewest || after < rows.last())) rows.place(row);
        else if (row.isConnected) rows.remove(row);
      }
    },
  };
}
