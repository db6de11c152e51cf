/** The dialog that lists the keys of the page. A question mark opens it, and a button. */
import { find } from './dom';

/** Opens it at any time but in a field, where a question mark is a letter, and while another dialog is open. */
export function createKeys(): void {
  const dialog = find('#keys', HTMLDialogElement);
  for (const opener of document.querySelectorAll('.open-keys')) opener.addEventListener('click', open);
  document.addEventListener('keydown', (event) => {
    const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (event.key !== '?' || !isAlone || document.querySelector('dialog[open]') !== null) return;
    if (event.target instanceof Element && event.target.matches(':read-write')) return;
    event.preventDefault();
    open();
  });

  function open(): void {
    dialog.showModal();
  }
}
