/** Filters for the templates: what they need to know of a chat beyond its fields. */
import type { Words } from './locales';
import { calledOf } from './shared/called';
import { isSaid } from './shared/kinds';
import { layOut, type Layout } from './shared/row-layout';
import { sentenceOf } from './shared/sentence';
import { shownSize } from './shared/sizes';
import { isTall } from './shared/tall';
import { isMeant, partsOf, type Called, type Part } from './shared/text-parts';
import { timeText } from './shared/time';
import type { SentChat } from './types/events';

/** @param zone the zone of the times, a name of the IANA database */
export const createFilters = (zone: string) => ({
  /** What a person is called in a sentence. Without one, as in the blank that the page's script clones, it is empty. */
  called: (who: { color: string; name?: string } | undefined): string =>
    who === undefined ? '' : calledOf(who),

  /**
   * The time, such as 2:31 PM; with the day if it is not today. In the browser, the page's script replaces it by the
   * time in the reader's zone.
   */
  timeOfDay: (iso: string | undefined, { timeWords }: Words): string =>
    iso === undefined ? '' : timeText(new Date(iso), timeWords, { now: new Date(), zone }),

  /** The sentence of a system chat. Without a chat, as in the blank that the page's script clones, there is none. */
  sentence: (chat: (SentChat & { chat: string }) | undefined, { sentences }: Words): string =>
    chat === undefined ? '' : sentenceOf(chat, sentences),

  /** The layout of the chats in the log. In the browser, the page's script makes it anew for the days of the reader's zone. */
  layouts: (chats: readonly SentChat[], { timeWords }: Words): Layout[] =>
    layOut(
      chats.map((chat) => ({ ...chat, isSystem: !isSaid(chat.kind) })),
      timeWords,
      { now: new Date(), zone },
    ),

  /** Whether a text is too tall to be shown as a whole. */
  isTall: (text: string | undefined): boolean => text !== undefined && isTall(text),

  /** The parts of a text. @param people the people whom it may mention, besides me */
  parts: (text: string | undefined, people: Called[], me: Called): Part[] =>
    text === undefined ? [] : partsOf(text, [...people, me]),

  /** Whether a text with these parts mentions me. */
  isMeant: (parts: Part[], me: Called): boolean => isMeant(parts, me),

  shownSize,
});
