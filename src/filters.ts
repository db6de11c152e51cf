/** What the templates ask of a chat beyond its fields. */
import { timeWords } from './locales/page';
import { continues } from './shared/grouping';
import { shownSize } from './shared/sizes';
import { timeText } from './shared/time';
import type { SentChat } from './types/events';

export const filters = {
  /** 오후 2:31 on the server's clock, with the day when it is not today. The page's script makes it the reader's. */
  timeOfDay: (iso: string | undefined): string =>
    iso === undefined ? '' : timeText(new Date(iso), timeWords),

  /** Whether a chat goes on under the name line of the one before it. */
  continues: (chat: SentChat | undefined, previous: SentChat | undefined): boolean =>
    chat !== undefined && previous !== undefined && continues(chat, previous),

  shownSize,
};
