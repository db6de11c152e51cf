/** The list of the people in the room: from the answer to a join, and after that only from the log. */
import { clone, fill, find, leadOn } from './dom';
import { createPersonMenu } from './person-menu';
import { markMe, markOwner, showPerson } from './person';
import { calledOf } from '../shared/called';
import type { PersonRef, PersonSummary, SentChat } from '../types/events';

interface Parts {
  room: HTMLElement;
  list: HTMLElement;
  /** The one menu of all rows. */
  menu: HTMLElement;
  me: PersonRef;
  /** @param action as the button names it: `whisper`, `handover` or `kick` */
  onAction: (action: string, who: PersonRef) => void;
}

/** Starts with the rows that the server wrote into the page. */
export function createPeople({ room, list, menu, me, onAction }: Parts) {
  /** The list shows the room as it was after the chat with this number. */
  let asOf = 0;

  const actions = createPersonMenu({ list, menu, personIn, onAction });
  actions.tidy();

  return {
    set(people: PersonSummary[], seq: number): void {
      asOf = seq;
      // Somebody who left and came back may have another color, and then gets a new row.
      const rows = people.map((who) => {
        const row = rowOf(who.id, who.color);
        if (row) show(row, who);
        return row ?? newRow(who);
      });
      for (const row of [...list.children]) if (!rows.some((kept) => kept === row)) remove(row);
      // A row that is not moved keeps its open menu and the focus.
      for (const [at, row] of rows.entries()) {
        const there = list.children[at] ?? null;
        if (there !== row) list.insertBefore(row, there);
      }
      setOwner(people.find(({ owner }) => owner)?.id);
      rowsChanged();
    },

    hear({ seq, kind, userId, color, name }: SentChat): void {
      if (seq <= asOf) return;
      asOf = seq;
      const who = { id: userId, color, ...(name !== undefined && { name }) };
      const row = rowOf(userId);
      if (kind === 'join' && !row) list.append(newRow(who));
      if (kind === 'name' && row) show(row, who);
      if (kind === 'exit' || kind === 'kick') remove(row);
      if (kind === 'owner') setOwner(userId);
      rowsChanged();
    },
  };

  function newRow(who: PersonRef): HTMLElement {
    const row = clone('person-template');
    row.dataset.userId = who.id;
    show(row, who);
    markMe(row, who.id === me.id);
    return row;
  }

  function setOwner(id: string | undefined): void {
    for (const row of list.children) markOwner(row, row.getAttribute('data-user-id') === id);
    if (id !== undefined) room.toggleAttribute('data-is-owner', id === me.id);
  }

  function rowsChanged(): void {
    for (const place of document.querySelectorAll('.people-count'))
      place.textContent = String(list.childElementCount);
    actions.tidy();
  }

  function remove(row: Element | undefined): void {
    if (!row) return;
    leadOn(row, list);
    row.remove();
  }

  function rowOf(id: string, color?: string): Element | undefined {
    return [...list.children].find(
      (row) => row.getAttribute('data-user-id') === id && (color === undefined || colorOf(row) === color),
    );
  }
}

/** The people in the page's list. */
export function peopleHere(): PersonRef[] {
  return [...find('#people-list', HTMLElement).children].map(personIn);
}

function personIn(row: Element): PersonRef {
  return {
    id: row.getAttribute('data-user-id') ?? '',
    color: colorOf(row),
    ...(nameIn(row) !== '' && { name: nameIn(row) }),
  };
}

function show(row: Element, who: PersonRef): void {
  showPerson(row, who);
  fill(row, { 'menu-of': calledOf(who) });
}

function nameIn(row: Element): string {
  return find('.person .name', Element, row).textContent;
}

function colorOf(row: Element): string {
  return find('.person', Element, row).getAttribute('data-color') ?? '';
}
