/** A question before something that cannot be taken back. */
import { find } from './dom.js';

const dialog = find('#confirm', HTMLDialogElement);
const question = find('#confirm-question', HTMLElement);
const yes = find('#confirm-yes', HTMLButtonElement);

/**
 * @param {string} text
 * @param {string} action what the button says
 * @returns {Promise<boolean>}
 */
export function confirm(text, action) {
  question.textContent = text;
  yes.textContent = action;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
