/** Shown in place of the composer when this page is not in the room any more: why, and where to go. */
import type { End } from './connection';
import { cookieProblem } from './cookie-check';
import { find, hidePopover } from './dom';
import { endWords } from '../locales/browser';

const WHY: Partial<Record<End, string>> = {
  BARRED: endWords.barred,
  ROOM_NOT_FOUND: endWords.closed,
  FORBIDDEN: endWords.elsewhere,
  ROOM_FULL: endWords.full,
  REPLACED: endWords.replaced,
};

/** Hides the composer and shows the reason. @param why a reason that people can do nothing about gets a general text */
export function showEnded(why: End, room: string): void {
  closeWhatIsOpen();
  const panel = find('#ended', HTMLElement);
  const text = find('p', HTMLElement, panel);
  text.textContent = WHY[why] ?? endWords.other;
  if (why === 'NOT_ADMITTED') void explain();
  find('#come-back', HTMLElement).hidden = why === 'BARRED' || why === 'ROOM_NOT_FOUND';
  for (const part of document.querySelectorAll('#chat-form, #whispering, #typing, #composer-error')) {
    part.toggleAttribute('hidden', true);
  }
  find('#room', HTMLElement).toggleAttribute('data-ended', true);
  panel.hidden = false;
  panel.focus();

  /** If the browser refuses our cookie, entering again would not help. The reader is told about the cookie then. */
  async function explain(): Promise<void> {
    const problem = await cookieProblem(room);
    if (problem !== undefined) text.textContent = problem;
  }
}

/** The list of people on a phone, menus and dialogs lie over the page: they would hide the reason, or keep it from the keyboard. */
function closeWhatIsOpen(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  for (const popover of document.querySelectorAll<HTMLElement>('[popover]')) hidePopover(popover);
}
