/** Taking back texts and GIFs: each row that I may take back has a button. */
import { confirm } from './confirm';
import type { Connection } from './connection';
import { takeBackWords } from '../locales/browser';
import type { Answer } from '../types/events';

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
  list.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element)) return;
    const row = rowOf(target);
    const isChosen = row?.hasAttribute('data-chosen') ?? false;
    choose(undefined);
    if (!row) return;
    if (target.closest('.take-back')) void takeBack(row);
    // A finger does not hover, so a tap on a bubble shows its button, and a further tap hides it.
    else if (!isChosen && target.closest('.bubble') && !target.closest('a:not(.gif-open), button'))
      choose(row);
  });

  /** The rows that I may take back. */
  function rowsToTakeBack(): HTMLElement[] {
    const whose = page.hasAttribute('data-is-owner') ? '[data-seq]' : '.mine[data-seq]';
    const rows = [...list.querySelectorAll<HTMLElement>(whose)];
    return rows.filter((row) => row.dataset.seq !== '' && row.querySelector('.take-back'));
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
    onProblem(problemOf(answer));
  }
}

/** @returns an error text, empty on success */
function problemOf(answer: Answer | undefined): string {
  if (answer === undefined) return takeBackWords.notTakenBack;
  if (answer.ok) return '';
  // The page asks only for what is on it. So the room has forgotten this chat, as ephemeral rooms do.
  return answer.code === 'BAD_REQUEST' ? takeBackWords.tooLate : answer.message;
}
