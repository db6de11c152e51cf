/** Keeps the layout of the log right while rows come and go: name lines, days, and lines that hold folded rows. */
import { clone, fill, find, leadOn } from './dom';
import type { Rows } from './rows';
import type { Scroll } from './scroll';
import { onNewDay } from './times';
import { logWords, timeWords } from '../locales/browser';
import { layOut, type Entry, type Layout } from '../shared/row-layout';

interface Parts {
  scroller: HTMLElement;
  list: HTMLElement;
  rows: Rows;
  scroll: Scroll;
}

/** Lays the rows out now, and again whenever rows or the day change. */
export function createLayout({ scroller, list, rows, scroll }: Parts): void {
  // When a chat of mine is stored, its row stays in its place, and only its number and time change.
  new MutationObserver((changes) => {
    if (changes.some(({ type, target }) => type === 'attributes' || target === list)) show();
  }).observe(list, { childList: true, subtree: true, attributeFilter: ['data-seq'] });
  onNewDay(show);
  list.addEventListener('change', ({ target }) => {
    const head = target instanceof HTMLInputElement && target.closest('.fold')?.parentElement;
    if (head) toggle(head, target.checked);
  });
  show();

  function show(): void {
    scroll.holding(() => {
      const all = rows.all();
      layOut(entriesOf(all), timeWords, { now: new Date() }).forEach((layout, index) => {
        const row = all[index];
        if (row) showLayout(row, layout);
        if (layout.folds > 0) fold(all.slice(index, index + layout.folds));
      });
    });
  }

  /** Rows below the line move, and not the line itself, since its reader looks at it. */
  function toggle(head: HTMLElement, isOpen: boolean): void {
    const { top } = head.getBoundingClientRect();
    let row: Element | null = head;
    do {
      if (row instanceof HTMLElement) row.dataset.fold = isOpen ? 'open' : 'closed';
      row = row.nextElementSibling;
    } while (row?.hasAttribute('data-fold') && !lineOf(row));
    scroller.scrollTop += head.getBoundingClientRect().top - top;
  }

  /** Shows a row's day and name line. The row loses its old fold, unless it is folded: then `fold` renews that. */
  function showLayout(row: HTMLElement, { isContinued, day, isFolded }: Layout): void {
    row.classList.toggle('continued', isContinued);
    if (day === undefined) row.removeAttribute('data-day');
    else if (row.dataset.day !== day) row.dataset.day = day;
    if (isFolded) return;
    row.removeAttribute('data-fold');
    removeLine(row);
  }

  /** The line stands in the first of the rows. It stays open when rows are added to it or taken away. */
  function fold(folded: HTMLElement[]): void {
    const [head] = folded;
    if (!head) return;
    const isOpen = folded.some((row) => row.dataset.fold === 'open' || isChecked(lineOf(row)));
    const line = lineOf(head) ?? clone('fold-template');
    const text = logWords.folded(folded.length);
    if (line.textContent.trim() !== text) fill(line, { folded: text });
    find('input', HTMLInputElement, line).checked = isOpen;
    if (!line.isConnected) head.prepend(line);
    for (const row of folded) {
      row.dataset.fold = isOpen ? 'open' : 'closed';
      if (row !== head) removeLine(row, find('input', HTMLInputElement, line));
    }
  }

  function removeLine(row: HTMLElement, next: HTMLElement = scroller): void {
    const line = lineOf(row);
    if (line) leadOn(line, next);
    line?.remove();
  }
}

/** The line in the place of folded rows, if this row carries it. */
function lineOf(row: Element): HTMLElement | null {
  return row.querySelector<HTMLElement>('.fold');
}

function isChecked(line: HTMLElement | null): boolean {
  return line !== null && find('input', HTMLInputElement, line).checked;
}

/** The line above new chats has no time. It belongs to the day of the row above it. */
function entriesOf(rows: readonly HTMLElement[]): Entry[] {
  let createdAt = new Date().toISOString();
  return rows.map((row) => {
    const { kind = '', userId = '' } = row.dataset;
    createdAt = row.querySelector('time')?.dateTime ?? createdAt;
    return { kind, userId, createdAt, isSystem: row.classList.contains('system') };
  });
}
