/** Shown in place of the composer when this page is not in the room any more: why, and where to go. */
import type { End } from './connection';
import { find } from './dom';
import { endWords } from '../locales/page';

const WHY: Partial<Record<End, string>> = {
  BARRED: endWords.barred,
  ROOM_NOT_FOUND: endWords.closed,
  FORBIDDEN: endWords.elsewhere,
  ROOM_FULL: endWords.full,
  REPLACED: endWords.replaced,
};

export function showEnded(why: End): void {
  const panel = find('#ended', HTMLElement);
  find('p', HTMLElement, panel).textContent = WHY[why] ?? endWords.other;
  find('#come-back', HTMLElement).hidden = why === 'BARRED' || why === 'ROOM_NOT_FOUND';
  for (const part of document.querySelectorAll('#chat-form, #whispering, #typing, #composer-error')) {
    part.toggleAttribute('hidden', true);
  }
  find('#room', HTMLElement).toggleAttribute('data-ended', true);
  panel.hidden = false;
  panel.focus();
}
