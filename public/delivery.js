/** The line under something of mine that is on its way: sending, how far, failed and what now. It goes when it is stored. */
import { clone, find } from './dom.js';

/**
 * @param {HTMLElement} row
 * @param {{ retry: () => void; discard: () => void; cancel?: () => void }} actions
 */
export function createDelivery(row, actions) {
  const line = clone('delivery-template');
  const state = find('[data-slot="state"]', HTMLElement, line);
  const progress = find('progress', HTMLProgressElement, line);
  const buttons = [...line.querySelectorAll('button')];
  for (const button of buttons) {
    button.addEventListener('click', () => {
      if (button.dataset.action === 'retry') actions.retry();
      else if (button.dataset.action === 'discard') actions.discard();
      else actions.cancel?.();
    });
  }
  row.append(line);
  sending();

  function sending() {
    show('보내는 중…', actions.cancel ? ['cancel'] : []);
    progress.hidden = true;
    row.classList.add('is-pending');
    row.classList.remove('is-failed');
  }

  /** @param {string} text @param {string[]} offered */
  function show(text, offered) {
    state.textContent = text;
    for (const button of buttons) button.hidden = !offered.includes(button.dataset.action ?? '');
  }

  return {
    sending,

    /** @param {number} part 0 to 1 */
    uploading(part) {
      state.textContent = '올리는 중…';
      progress.hidden = false;
      progress.value = part;
    },

    /** @param {string} why @param {boolean} canRetry */
    failed(why, canRetry) {
      if (!line.isConnected) return;
      show(why, canRetry ? ['retry', 'discard'] : ['discard']);
      progress.hidden = true;
      row.classList.remove('is-pending');
      row.classList.add('is-failed');
    },
  };
}
