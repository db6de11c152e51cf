/**
 * Taking back texts and GIFs: each row that I may take back has a button. The log may have hundreds of rows, so the buttons
 * are no tab stops: ArrowUp in an empty field leads to the newest such row, and Enter there does what its button does.
 */
import { confirm } from './confirm';
import type { Connection } from './connection';
import { takeBackWords } from '../locales/page';

interface Parts {
  /** Says whether I am the owner, who may take back everything. */
  page: HTMLElement;
  room: string;
  list: HTMLElement;
  field: HTMLTextAreaElement;
  connection: Pick<Connection, 'request'>;
  onProblem: (text: string) => void;
}

/** Asks before it takes something back. Errors are shown by `onProblem`. */
export function createTakingBack({ page, room, list, field, connection, onProblem }: Parts): void {
  // The buttons that the server wrote can be reached by the Tab key, because they must work without this script.
  for (const button of list.querySelectorAll<HTMLElement>('.take-back')) button.tabIndex = -1;

  list.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element)) return;
    const row = rowOf(target);
    const isChosen = row?.hasAttribute('data-chosen') ?? false;
    choose(undefined);
    if (!row) return;
    if (target.closest('.take-back')) void takeBack(row);
    // A finger does not hover, so a tap on a bubble shows its button, and a further tap hides it.
    else if (!isChosen && target.closest('.bubble') && !target.closest('a, button')) choose(row);
  });

  field.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowUp' || field.value !== '' || event.isComposing) return;
    if (go(rowsToTakeBack().at(-1))) event.preventDefault();
  });

  list.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || target.parentElement !== list) return;
    const rows = rowsToTakeBack();
    const at = rows.indexOf(target);
    if (key === 'ArrowUp') go(rows[at - 1]);
    else if (key === 'ArrowDown') go(rows[at + 1] ?? field);
    else if (key === 'Escape') field.focus();
    else if (key === 'Enter' || key === 'Delete') void takeBack(target);
    else return;
    event.preventDefault();
  });

  /** The rows that I may take back, the oldest first. */
  function rowsToTakeBack(): HTMLElement[] {
    const whose = page.hasAttribute('data-is-owner') ? '[data-seq]' : '.mine[data-seq]';
    const rows = [...list.querySelectorAll<HTMLElement>(whose)];
    return rows.filter((row) => row.dataset.seq !== '' && row.querySelector('.take-back'));
  }

  /** Moves the focus to a row or to the field. @returns whether there was something to go to */
  function go(to: HTMLElement | undefined): boolean {
    if (to === undefined) return false;
    for (const row of list.querySelectorAll(':scope > [tabindex]')) row.removeAttribute('tabindex');
    if (to !== field) to.tabIndex = -1;
    to.focus();
    return true;
  }

  /** Shows the button of this row, and of no other. */
  function choose(row: HTMLElement | undefined): void {
    for (const chosen of list.querySelectorAll('[data-chosen]')) chosen.removeAttribute('data-chosen');
    row?.setAttribute('data-chosen', '');
  }

  function rowOf(element: Element): HTMLElement | undefined {
    return rowsToTakeBack().find((row) => row.contains(element));
  }

  async function takeBack(row: HTMLElement): Promise<void> {
    const seq = Number(row.dataset.seq);
    const isByKey = row === document.activeElement;
    if (!(await confirm(takeBackWords.mayTakeBack, takeBackWords.takeBack))) return;
    if (isByKey) field.focus();
    const answer = await connection.request('takeback', { room, seq });
    onProblem(answer?.ok ? '' : (answer?.message ?? takeBackWords.notTakenBack));
  }
}
