/** The line under something of mine that is on its way: sending, how far, failed and what now. It goes when it is stored. */
import { clone, find, leadOn } from './dom.js';

/**
 * @typedef {import('./outbox.js').Letter} Letter
 * @typedef {import('./outbox.js').State} State
 */

/**
 * Shows what becomes of letters, each in a row of its own.
 * @param {object} parts
 * @param {HTMLElement} parts.scroller
 * @param {ReturnType<typeof import('./log.js').createLog>} parts.log
 * @param {(nonce: string) => void} parts.retry
 * @param {(nonce: string) => void} parts.discard
 * @returns {(letter: Letter, state: State) => void}
 */
export function createDeliveries({ scroller, log, retry, discard }) {
  /** @type {Map<string, ReturnType<typeof createDelivery>>} */
  const lines = new Map();

  /** @param {Letter} letter */
  function lineOf(letter) {
    const { nonce } = letter;
    const known = lines.get(nonce);
    if (known) return known;
    const row = letter.kind === 'chat' ? log.addText(nonce, letter.chat) : log.addGif(nonce, letter.gif);
    const line = createDelivery(row, scroller, letter.kind === 'gif', {
      retry: () => retry(nonce),
      discard() {
        discard(nonce);
        lines.delete(nonce);
        log.discard(nonce);
      },
    });
    lines.set(nonce, line);
    return line;
  }

  return (letter, state) => {
    const { nonce } = letter;
    if (state.what === 'sent') {
      lines.delete(nonce);
      if (state.seq !== undefined) log.confirm(nonce, state.seq);
      return;
    }
    const isAgain = lines.has(nonce);
    const line = lineOf(letter);
    if (state.what === 'uploading') line.uploading(state.part);
    else if (state.what === 'failed') line.failed(state.why, state.canRetry);
    else {
      line.pending();
      if (isAgain) log.moveToEnd(nonce);
    }
  };
}

/**
 * @param {HTMLElement} row
 * @param {HTMLElement} scroller
 * @param {boolean} canCancel while it is on its way
 * @param {{ retry: () => void; discard: () => void }} actions
 */
function createDelivery(row, scroller, canCancel, actions) {
  const line = clone('delivery-template');
  const text = find('[data-slot="state"]', HTMLElement, line);
  const progress = find('progress', HTMLProgressElement, line);
  const buttons = [...line.querySelectorAll('button')];
  for (const button of buttons) {
    button.addEventListener('click', button.dataset.action === 'retry' ? actions.retry : actions.discard);
  }
  row.append(line);

  /** @param {string} state @param {string[]} offered */
  function show(state, offered) {
    text.textContent = state;
    progress.hidden = true;
    for (const button of buttons) {
      const isOffered = offered.includes(button.dataset.action ?? '');
      if (!isOffered) leadOn(button, scroller);
      button.hidden = !isOffered;
    }
  }

  return {
    pending() {
      show('보내는 중…', canCancel ? ['cancel'] : []);
      row.classList.add('is-pending');
      row.classList.remove('is-failed');
    },

    /** @param {number} part 0 to 1 */
    uploading(part) {
      if (progress.hidden) show('올리는 중…', ['cancel']);
      progress.hidden = false;
      progress.value = part;
    },

    /** @param {string} why @param {boolean} canRetry */
    failed(why, canRetry) {
      show(why, canRetry ? ['retry', 'discard'] : ['discard']);
      row.classList.remove('is-pending');
      row.classList.add('is-failed');
    },
  };
}
