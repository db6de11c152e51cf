/**
 * The menu of a person in the list: one for all rows, beside the button that opened it, so that no row moves. The list is
 * one tab stop, and the arrow keys go from person to person.
 */
import { calledOf } from '../shared/called';
import { actionWords } from '../locales/browser';
import type { PersonRef } from '../types/events';

interface Parts {
  list: HTMLElement;
  menu: HTMLElement;
  /** The person of a row of the list. */
  personIn: (row: Element) => PersonRef;
  /** @param action as the button names it: `whisper`, `handover` or `kick` */
  onAction: (action: string, who: PersonRef) => void;
}

/** Call `tidy` of the menu that it returns after each change of the rows. */
export function createPersonMenu({ list, menu, personIn, onAction }: Parts) {
  let opener: HTMLButtonElement | undefined;

  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button === null) return;
    if (button === opener) close();
    else open(button);
  });
  list.addEventListener('keydown', (event) => {
    const buttons = openers();
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at === -1 || next === undefined) return;
    event.preventDefault();
    const button = buttons[Math.min(Math.max(next, 0), buttons.length - 1)];
    if (button !== undefined) makeStop(button).focus();
  });
  menu.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-action]') : null;
    const row = opener?.closest('li');
    if (!button || !row) return;
    // The focus is back at the row before a dialog may open, so that it returns there.
    close();
    onAction(button.getAttribute('data-action') ?? '', personIn(row));
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || opener === undefined) return;
    // Otherwise the sheet with the list closes, too.
    event.preventDefault();
    close();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!(target instanceof Node) || opener === undefined) return;
    if (!menu.contains(target) && !opener.contains(target)) close();
  });
  // The menu follows its button. It must not close: the focus may have scrolled the list just before the menu was opened, and
  // the event of that scrolling comes a moment later.
  list.addEventListener('scroll', place);
  addEventListener('resize', close);

  function openers(): HTMLButtonElement[] {
    return [...list.querySelectorAll<HTMLButtonElement>('li:not([data-me]) button')];
  }

  function open(button: HTMLButtonElement): void {
    close();
    opener = makeStop(button);
    const row = button.closest('li');
    if (row !== null) menu.setAttribute('aria-label', actionWords.menuOf(calledOf(personIn(row))));
    button.setAttribute('aria-expanded', 'true');
    menu.hidden = false;
    place();
    const [first] = [...menu.querySelectorAll('button')].filter((one) => one.offsetParent !== null);
    first?.focus({ preventScroll: true });
  }

  /** Puts the menu beside its button, as a whole into the window. */
  function place(): void {
    if (opener === undefined) return;
    const { bottom, top, right } = opener.getBoundingClientRect();
    const { height, width } = menu.getBoundingClientRect();
    const isBelow = bottom + height <= innerHeight;
    const wanted = isBelow ? bottom : top - height;
    menu.style.top = `${String(Math.max(0, Math.min(wanted, innerHeight - height)))}px`;
    menu.style.left = `${String(Math.max(0, right - width))}px`;
  }

  function close(): void {
    if (opener === undefined) return;
    const button = opener;
    opener = undefined;
    button.setAttribute('aria-expanded', 'false');
    if (menu.contains(document.activeElement)) button.focus({ preventScroll: true });
    menu.hidden = true;
  }

  /** Makes this button the one tab stop of the list. */
  function makeStop(button: HTMLButtonElement): HTMLButtonElement {
    for (const other of openers()) other.tabIndex = other === button ? 0 : -1;
    return button;
  }

  return {
    /** Call it when rows were added or removed. It leaves one tab stop in the list, and closes the menu if its row is gone. */
    tidy(): void {
      if (opener?.isConnected === false) {
        if (menu.contains(document.activeElement)) list.focus({ preventScroll: true });
        opener = undefined;
        menu.hidden = true;
      }
      const buttons = openers();
      const stop = buttons.find((button) => button.tabIndex === 0) ?? buttons[0];
      if (stop !== undefined) makeStop(stop);
    },
  };
}
