/** The line in a room that says what went wrong. It lies over the end of the log, so that nothing moves when it comes. */
import { find } from './dom';
import type { Scroll } from './scroll';

/** How much of the line lies over nothing, in px: over the line that says who types, and the space below the log. */
const FREE = 33;

/**
 * @param room gets the property `--covered`: how much of the log the line covers. The styles give the log that much more space.
 * @returns a function that shows a text, and that an empty text clears.
 */
export function createProblem(room: HTMLElement, scroll: Pick<Scroll, 'holding'>): (text: string) => void {
  const line = find('#composer-error', HTMLElement);
  return (text) => {
    scroll.holding(() => {
      line.textContent = text;
      room.style.setProperty('--covered', `${String(Math.max(0, line.offsetHeight - FREE))}px`);
    });
  };
}
