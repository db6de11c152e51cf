/**
 * The log by keyboard. It may have hundreds of rows, so what one can do with a row is no tab stop: the arrow keys lead from row
 * to row, and the Tab key goes on to the buttons of the row that has the focus.
 */

/** What one can do with a row. Links in texts and unsent messages keep their tab stops. */
const ACTIONS = '.gif-open, .gif-toggle, .take-back';
/** Keys that do what an action of the row does: the first one that the row has. */
const KEYS: Record<string, readonly string[]> = {
  Enter: ['.gif-open', '.take-back'],
  Delete: ['.take-back'],
  ' ': ['.gif-toggle'],
};

interface Parts {
  scroller: HTMLElement;
  list: HTMLElement;
  field: HTMLTextAreaElement;
}

/** The focus goes from the empty field or from the scroller into the rows, and by Escape or below the last row back to the field. */
export function createRowKeys({ scroller, list, field }: Parts): void {
  // In the server's rows they are tab stops, because they must work without this script.
  for (const action of list.querySelectorAll<HTMLElement>(ACTIONS)) action.tabIndex = -1;

  field.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowUp' || field.value !== '' || event.isComposing) return;
    if (go(rows().at(-1))) event.preventDefault();
  });

  scroller.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== scroller) return;
    const { bottom } = scroller.getBoundingClientRect();
    const begun = rows().filter((row) => row.getBoundingClientRect().top < bottom);
    if (go(begun.at(-1))) event.preventDefault();
  });

  list.addEventListener('keydown', (event) => {
    const all = rows();
    const row = all.find((one) => event.target instanceof Node && one.contains(event.target));
    if (row === undefined) return;
    const at = all.indexOf(row);
    if (event.key === 'ArrowUp') go(all[at - 1]);
    else if (event.key === 'ArrowDown') go(all[at + 1] ?? field);
    else if (event.key === 'Escape') field.focus();
    else if (event.target === row && KEYS[event.key]) act(row, KEYS[event.key] ?? []);
    else return;
    event.preventDefault();
  });

  list.addEventListener('focusin', ({ target }) => {
    setStops(target, 0);
  });
  list.addEventListener('focusout', ({ target }) => {
    setStops(target, -1);
  });

  /** The rows that somebody wrote, the oldest first. */
  function rows(): HTMLElement[] {
    return [...list.querySelectorAll<HTMLElement>(':scope > :is(.mine, .other):not([data-taken-back])')];
  }

  /** @returns whether there was something to go to */
  function go(to: HTMLElement | undefined): boolean {
    if (to === undefined) return false;
    for (const row of list.querySelectorAll(':scope > [tabindex]')) row.removeAttribute('tabindex');
    if (to !== field) to.tabIndex = -1;
    to.focus();
    return true;
  }

  /** Makes the actions of a row tab stops, or no tab stops. */
  function setStops(within: EventTarget | null, tabIndex: number): void {
    const row = rows().find((one) => within instanceof Node && one.contains(within));
    for (const action of row?.querySelectorAll<HTMLElement>(ACTIONS) ?? []) action.tabIndex = tabIndex;
  }
}

function act(row: HTMLElement, actions: readonly string[]): void {
  const offered = actions.map((action) => row.querySelector<HTMLElement>(action));
  // The styles hide what this reader may not do.
  offered.find((action) => action !== null && action.getClientRects().length > 0)?.click();
}
