/** Decides which chats of the log stand together under one line with the name of their person. */
import { isSaid } from './kinds';

/** Chats of one person share one name line when they follow within this time, in ms. */
const ONE_BREATH = 120_000;

interface Entry {
  kind: string;
  userId: string;
  /** ISO 8601. */
  createdAt: string;
}

/** Whether a chat needs no name line of its own, because it stands under the name line of the chat before it. */
export function continues(chat: Entry, previous: Entry): boolean {
  if (!isSaid(chat.kind) || !isSaid(previous.kind) || chat.userId !== previous.userId) return false;
  return Math.abs(Date.parse(chat.createdAt) - Date.parse(previous.createdAt)) < ONE_BREATH;
}
