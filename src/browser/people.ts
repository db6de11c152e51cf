/** Who is in the room: from the answer to a join, then from the log alone. */
import { paint } from './colors.js';
import { clone, fill, find, leadOn } from './dom.js';

/**
 * @typedef {import('../types/events.js').PersonSummary} PersonSummary
 * @typedef {import('../types/events.js').PersonRef} PersonRef
 * @typedef {'whisper' | 'handover' | 'kick'} Action
 */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.room
 * @param {HTMLElement} parts.list
 * @param {PersonRef} parts.me
 * @param {(action: string, who: PersonRef) => void} parts.onAction
 */
export function createPeople({ room, list, me, onAction }) {
  /** The chats up to this number are known in the list. */
  let asOf = 0;

  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-action]') : null;
    const row = button?.closest('li');
    if (!button || !row) return;
    find('details', HTMLDetailsElement, row).open = false;
    onAction(button.getAttribute('data-action') ?? '', {
      id: row.dataset.userId ?? '',
      color: find('.color', Element, row).textContent ?? '',
    });
  });

  return {
    /** @param {PersonSummary[]} people @param {number} seq */
    set(people, seq) {
      asOf = seq;
      const rows = people.map((who) => rowOf(who.id, who.color) ?? newRow(who));
      for (const row of [...list.children]) if (!rows.includes(row)) remove(row);
      // A row that is not moved keeps its open menu and the focus.
      for (const [at, row] of rows.entries()) {
        const there = list.children[at] ?? null;
        if (there !== row) list.insertBefore(row, there);
      }
      setOwner(people.find(({ owner }) => owner)?.id);
      count();
    },

    /** @param {import('../types/events.js').SentChat} chat */
    hear({ seq, kind, userId, color }) {
      if (seq <= asOf) return;
      asOf = seq;
      if (kind === 'join' && !rowOf(userId)) list.append(newRow({ id: userId, color }));
      if (kind === 'exit' || kind === 'kick') remove(rowOf(userId));
      if (kind === 'owner') setOwner(userId);
      count();
    },
  };

  /** @param {PersonRef} who */
  function newRow({ id, color }) {
    const row = clone('person-template');
    row.dataset.userId = id;
    row.toggleAttribute('data-me', id === me.id);
    paint(find('.person', Element, row), color);
    fill(row, { color, 'menu-of': color });
    return row;
  }

  /** @param {string | undefined} id */
  function setOwner(id) {
    for (const row of list.children)
      row.toggleAttribute('data-owner', row.getAttribute('data-user-id') === id);
    if (id !== undefined) room.toggleAttribute('data-is-owner', id === me.id);
  }

  function count() {
    for (const place of document.querySelectorAll('.people-count'))
      place.textContent = String(list.childElementCount);
  }

  /** @param {Element | undefined} row */
  function remove(row) {
    if (!row) return;
    leadOn(row, list);
    row.remove();
  }

  /** @param {string} id @param {string} [color] who left and came back may have another */
  function rowOf(id, color) {
    return [...list.children].find(
      (row) =>
        row.getAttribute('data-user-id') === id &&
        (color === undefined || find('.color', Element, row).textContent === color),
    );
  }
}
