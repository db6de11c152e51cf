/** The line across the page about the connection: always there and empty when all is well, so that it is read out when filled. */
import { find } from './dom.js';

/** How long good news stays, in ms. */
const GOOD_NEWS = 2_500;

const bar = find('#connection', HTMLElement);
/** @type {number | undefined} */
let timer;

export function showOffline() {
  show('offline', '연결이 끊겼습니다. 다시 잇는 중…');
}

/** Says that all is well again, if it was not. */
export function showBack() {
  if (bar.textContent === '' || bar.dataset.kind === 'back') return;
  show('back', '다시 연결되었습니다.');
  timer = setTimeout(hideNotice, GOOD_NEWS);
}

export function hideNotice() {
  clearTimeout(timer);
  bar.textContent = '';
}

/**
 * @param {string} kind
 * @param {string} text
 */
function show(kind, text) {
  clearTimeout(timer);
  bar.dataset.kind = kind;
  if (bar.textContent !== text) bar.textContent = text;
}
