/** The line across the page about the connection: always there and empty when all is well, so that it is read out when filled. */
import { find } from './dom';
import { connectionWords } from '../locales/page';

/** How long good news stays, in ms. */
const GOOD_NEWS = 2_500;

const bar = find('#connection', HTMLElement);
let timer: ReturnType<typeof setTimeout> | undefined;

export function showOffline(): void {
  show('offline', connectionWords.offline);
}

/** Says that all is well again, if it was not. */
export function showBack(): void {
  if (bar.textContent === '' || bar.dataset.kind === 'back') return;
  show('back', connectionWords.back);
  timer = setTimeout(hideNotice, GOOD_NEWS);
}

export function hideNotice(): void {
  clearTimeout(timer);
  bar.textContent = '';
}

function show(kind: string, text: string): void {
  clearTimeout(timer);
  bar.dataset.kind = kind;
  if (bar.textContent !== text) bar.textContent = text;
}
