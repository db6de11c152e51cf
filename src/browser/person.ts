/** How a person is shown everywhere on the page. `views/macros/person.html` does the same on the server. */
import { paint } from './colors';
import { fill, find } from './dom';

/** What others see of a person. */
export interface Seen {
  color: string;
  name?: string;
}

/** Shows somebody, the dot, the color and the name, in the `.person` of an element. */
export function showPerson(within: Element, who: Seen): void {
  paint(find('.person', Element, within), who.color);
  fill(within, { color: who.color, name: who.name ?? '' });
}

/** Shows 나 beside oneself. */
export function markMe(row: Element, isMe: boolean): void {
  row.toggleAttribute('data-me', isMe);
}

/** Shows the crown beside the owner. */
export function markOwner(row: Element, isOwner: boolean): void {
  row.toggleAttribute('data-owner', isOwner);
}
