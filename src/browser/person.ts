/** How a person is shown everywhere on the page. `views/macros/person.html` does the same on the server. */
import { paint } from './colors';
import { fill, find } from './dom';

/** What others see of a person. */
interface Seen {
  color: string;
  name?: string;
}

/** Shows a person's dot, color and name in the `.person` of an element. */
export function showPerson(within: Element, who: Seen): void {
  paint(find('.person', Element, within), who.color);
  fill(within, { color: who.color, name: who.name ?? '' });
}

/** Marks the reader's own row, where the page shows "me". */
export function markMe(row: Element, isMe: boolean): void {
  row.toggleAttribute('data-me', isMe);
}

/** Marks the owner's row, where the page shows a crown. */
export function markOwner(row: Element, isOwner: boolean): void {
  row.toggleAttribute('data-owner', isOwner);
}
