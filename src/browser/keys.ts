/** The dialog that lists the keys of the page. A question mark opens it, and a button. */
import { find } from './dom';
import { recall, remember } from './memory';

/**
 * Opens it at any time but in a field, where a question mark is a letter, and while another dialog is open. Readers can switch the
 * question mark off: who speaks to a computer instead of typing would press it by accident.
 * @source https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts.html
 */
export function createKeys(): void {
  const dialog = find('#keys', HTMLDialogElement);
  const isKey = find('#question-mark', HTMLInputElement, dialog);
  for (const opener of document.querySelectorAll('.open-keys')) opener.addEventListener('click', open);
  isKey.addEventListener('change', () => {
    remember('question mark', isKey.checked ? '' : 'off');
  });
  document.addEventListener('keydown', (event) => {
    const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (event.key !== '?' || !isAlone || document.querySelector('dialog[open]') !== null) return;
    if (event.target instanceof Element && event.target.matches(':read-write')) return;
    if (recall('question mark') !== '') return;
    event.preventDefault();
    open();
  });

  function open(): void {
    isKey.checked = recall('question mark') === '';
    dialog.showModal();
  }
}
