/** Which chats of the log share one line with the name. */
import { isSaid } from './kinds';

/** Chats of one person share one name line when they follow within this time, in ms. */
const ONE_BREATH = 120_000;

interface Entry {
  kind: string;
  userId: string;
  /** ISO 8601. */
  createdAt: string;
}

/** Whether a chat goes on under the name line of the one before it. */
export function continues(chat: Entry, previous: Entry): boolean {
  if (!isSaid(chat.kind) || !isSaid(previous.kind) || chat.userId !== previous.userId) return false;
  return Math.abs(Date.parse(chat.createdAt) - Date.parse(previous.createdAt)) < ONE_BREATH;
}
