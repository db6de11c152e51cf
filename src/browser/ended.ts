/** One is not in the room any more: what happened, and where to go, in place of the composer. */
import { find } from './dom.js';

/** @typedef {import('./connection.js').End} End */

/** @type {Partial<Record<End, string>>} */
const WHY = {
  BARRED: '방장이 이 방에서 내보냈습니다.',
  ROOM_NOT_FOUND: '방이 닫혔습니다.',
  FORBIDDEN:
    '대화를 저장하지 않는 방이라, 먼저 들어온 사람들이 연결된 서버에서만 들어갈 수 있습니다. 지금은 다른 서버에 연결되어 있습니다.',
  ROOM_FULL: '그 사이에 방이 가득 찼습니다. 자리가 나면 들어갈 수 있습니다.',
  REPLACED: '이 창의 연결이 끝났습니다. 다른 창에서 방을 나갔거나 창을 너무 많이 열었습니다.',
};

/** @param {End} why */
export function showEnded(why) {
  const panel = find('#ended', HTMLElement);
  find('p', HTMLElement, panel).textContent = WHY[why] ?? '이 방에 들어와 있지 않습니다. 다시 들어가 주세요.';
  find('#come-back', HTMLElement).hidden = why === 'BARRED' || why === 'ROOM_NOT_FOUND';
  for (const part of document.querySelectorAll('#chat-form, #whispering, #typing, #composer-error')) {
    part.toggleAttribute('hidden', true);
  }
  find('#room', HTMLElement).toggleAttribute('data-ended', true);
  panel.hidden = false;
  panel.focus();
}
