/** The whispers between the rows of the log. They are stored only here, as long as the page is open. */
import { whisperRow } from './row';
import type { Rows } from './rows';
import type { PersonRef, Whisper } from '../types/events';

/** With more whispers than this, the oldest are removed. */
const MAX_WHISPERS = 100;

export type Whispers = ReturnType<typeof createWhispers>;

/** Keeps the whispers that this page gets from now on. */
export function createWhispers({ rows, me }: { rows: Rows; me: PersonRef }) {
  const all: HTMLElement[] = [];

  return {
    /** Keeps a whisper; `place` shows it. @param newest the number of the newest chat by now */
    add(whisper: Whisper, newest: number): void {
      all.push(whisperRow(whisper, me, newest));
      if (all.length > MAX_WHISPERS) all.shift()?.remove();
    },

    /** Shows the whispers that belong between the chats on the page, and no others. */
    place(isAtNewest: boolean): void {
      for (const row of all) {
        const after = Number(row.dataset.after);
        if (after >= rows.first() - 1 && (isAtNewest || after < rows.last())) rows.place(row);
        else if (row.isConnected) rows.remove(row);
      }
    },
  };
}
