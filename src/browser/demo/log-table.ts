/** A table of what passed, the newest on top. */
import { find } from '../dom';

/** More rows than a reader looks at; older ones go. */
const MAX_ROWS = 100;

interface LogTable {
  /** @param direction marks the row for its color: to the server, from it, or neither */
  add: (direction: 'up' | 'down' | 'note', ...cells: string[]) => void;
}

/** Fills the page's `#log`, whose first column is the time. */
export function createLogTable(): LogTable {
  const body = find('#log tbody', HTMLTableSectionElement);
  return {
    add(direction, ...cells) {
      const row = document.createElement('tr');
      row.dataset['direction'] = direction;
      // A narrow page lays rows out as blocks. Browsers then tell screen readers only by the role that they are rows.
      row.setAttribute('role', 'row');
      for (const text of [clock(new Date()), ...cells]) {
        const cell = row.insertCell();
        cell.setAttribute('role', 'cell');
        cell.textContent = text;
      }
      body.prepend(row);
      body.rows[MAX_ROWS]?.remove();
    },
  };
}

/** 14:03:05.120, by the reader's clock. */
function clock(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(now.getMilliseconds()).padStart(3, '0');
  return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${ms}`;
}
