/** What the templates ask of a chat beyond its fields. */
import type { SentChat } from './types/events';

/** Chats of one person share one name line when they follow within this time, in ms. `public/log.js` does the same. */
const ONE_BREATH = 120_000;

export const filters = {
  /** 오후 2:31 on the server's clock, with the day when it is not today. `public/times.js` makes it the reader's. */
  timeOfDay(iso: string | undefined): string {
    if (iso === undefined) return '';
    const date = new Date(iso);
    // Intl's Korean says PM since CLDR 42.
    const hours = date.getHours();
    const time = `${hours < 12 ? '오전' : '오후'} ${String(hours % 12 || 12)}:${String(date.getMinutes()).padStart(2, '0')}`;
    if (date.toDateString() === new Date().toDateString()) return time;
    return `${String(date.getMonth() + 1)}월 ${String(date.getDate())}일 ${time}`;
  },

  /** Whether a chat goes on under the name line of the one before it. */
  continues(chat: SentChat | undefined, previous: SentChat | undefined): boolean {
    if (chat === undefined || previous === undefined || previous.userId !== chat.userId) return false;
    const isSaid = [chat, previous].every(({ kind }) => kind === 'chat' || kind === 'gif');
    return isSaid && Math.abs(Date.parse(chat.createdAt) - Date.parse(previous.createdAt)) < ONE_BREATH;
  },
};
