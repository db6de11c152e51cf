/** Puts the chats of a room in order: each is handed on once, after all chats before it. */
import type { SentChat } from '../types/events';

/**
 * @param after the number of the last chat that is known
 * @param onChats is given the chats that follow the last one, in order, each once
 */
export function createSequence(after: number, onChats: (chats: SentChat[]) => void) {
  /** Chats that wait for chats before them, or until the next `handOn`. */
  const held = new Map<number, SentChat>();
  let last = after;
  /** The newest number that we know to exist. */
  let newest = after;

  return {
    /** The number of the last chat that was handed on or passed over. */
    last: () => last,
    /** Whether chats exist after the last one. */
    isBehind: () => newest > last,
    /** The number of the last chat that is missing: it comes before the first held one. */
    endOfGap: () => (held.size > 0 ? Math.min(...held.keys()) - 1 : newest),

    /** A chat with this number exists. */
    notice(seq: number): void {
      newest = Math.max(newest, seq);
    },

    hold(chats: SentChat[]): void {
      for (const chat of chats) {
        if (chat.seq <= last) continue;
        held.set(chat.seq, chat);
        newest = Math.max(newest, chat.seq);
      }
    },

    /** Hands on the held chats that follow the last one. @returns whether there were any */
    handOn(): boolean {
      const next = [];
      for (let chat = held.get(last + 1); chat; chat = held.get(last + 1)) {
        next.push(chat);
        held.delete(chat.seq);
        last = chat.seq;
      }
      if (next.length > 0) onChats(next);
      return next.length > 0;
    },

    /** Continues after this number. @returns the held chats up to it, in order, which are not held any more */
    skip(seq: number): SentChat[] {
      const heard = [...held.values()].filter((chat) => chat.seq <= seq).sort((a, b) => a.seq - b.seq);
      for (const chat of heard) held.delete(chat.seq);
      last = Math.max(last, seq);
      return heard;
    },
  };
}
