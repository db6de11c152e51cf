/** The rows of the list of rooms. No page is asked for more often, and between two visits few of its rooms change. */
import nunjucks from 'nunjucks';
import { languages, type Language } from './locales';
import type { RoomSummary } from './types/events';

/** Renders the row of a room, as HTML, in a language. */
export type RoomRow = (room: RoomSummary, lang: Language) => unknown;

/**
 * @param isKept whether a row is rendered only once for each state of a room. While somebody edits the views, it is not. A
 * summary of a room is another object as soon as the room has changed.
 */
export function createRoomRow(views: nunjucks.Environment, isKept: boolean): RoomRow {
  const kept = new WeakMap<RoomSummary, Map<Language, unknown>>();
  const render = (room: RoomSummary, lang: Language) =>
    new nunjucks.runtime.SafeString(views.render('room-row.html', { room, words: languages[lang] }));

  return (room, lang) => {
    if (!isKept) return render(room, lang);
    const rows = kept.get(room) ?? new Map<Language, unknown>();
    kept.set(room, rows);
    const row = rows.get(lang) ?? render(room, lang);
    rows.set(lang, row);
    return row;
  };
}
