/** The line about the connection. It is always on the page, so that screen readers read it when it is filled. */
import { find } from './dom';
import { connectionWords } from '../locales/browser';

/** How long good news stays, in ms. */
const GOOD_NEWS = 2_500;

const bar = find('#connection', HTMLElement);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says that the connection is lost, until it is back. */
export function showOffline(): void {
  show('offline', connectionWords.offline);
}

/** If the line says that the connection is lost, it now says for a moment that it is back. */
export function showBack(): void {
  if (bar.textContent === '' || bar.dataset.kind === 'back') return;
  show('back', connectionWords.back);
  timer = setTimeout(hideNotice, GOOD_NEWS);
}

/** Empties the line. */
export function hideNotice(): void {
  clearTimeout(timer);
  bar.textContent = '';
}

function show(kind: string, text: string): void {
  clearTimeout(timer);
  bar.dataset.kind = kind;
  if (bar.textContent !== text) bar.textContent = text;
}
