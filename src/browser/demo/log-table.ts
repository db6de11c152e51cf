/** A table of what passed, the newest at the bottom. So no row moves when another one comes. */
import { find } from '../dom';

/** More rows than a reader looks at; older ones go. */
const MAX_ROWS = 100;

interface LogTable {
  /** @param direction marks the row for its color: to the server, from it, or neither */
  add: (direction: 'up' | 'down' | 'note', ...cells: string[]) => void;
}

/** How far above the end, in px, a reader may be who still sees the newest row. */
const AT_END = 8;

/** Fills the page's `#log`, whose first column is the time. Who is at its end stays there. */
export function createLogTable(): LogTable {
  const body = find('#log tbody', HTMLTableSectionElement);
  const scroller = find('.lab-scroll:has(#log)', HTMLElement);
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
      const isAtEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= AT_END;
      body.append(row);
      if (body.rows.length > MAX_ROWS) body.deleteRow(0);
      if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
    },
  };
}

/** 14:03:05.120, by the reader's clock. */
function clock(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(now.getMilliseconds()).padStart(3, '0');
  return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${ms}`;
}
