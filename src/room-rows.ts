/**
 * Renders the rows of the list of rooms. The list is the page that people ask for most often, and few of its rooms change
 * between two requests. So a row is rendered once, and kept.
 */
import nunjucks from 'nunjucks';
import { languages, type Language } from './locales';
import type { RoomSummary } from './types/events';

/** Renders the row of a room, as HTML, in a language. */
type RoomRow = (room: RoomSummary, lang: Language) => unknown;

/**
 * @param isKept false in development, where somebody may edit the views: then a row is rendered each time. Otherwise the row
 * of a summary is kept as long as the summary. When a room changes, it gets a new summary, and so a new row.
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
