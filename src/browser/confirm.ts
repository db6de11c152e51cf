/** A question before something that cannot be taken back. */
import { find } from './dom';

const dialog = find('#confirm', HTMLDialogElement);
const question = find('#confirm-question', HTMLElement);
const yes = find('#confirm-yes', HTMLButtonElement);

/** Resolves to whether it was answered by yes. @param action what that button says */
export function confirm(text: string, action: string): Promise<boolean> {
  question.textContent = text;
  yes.textContent = action;
  dialog.returnValue = '';
  const before = document.activeElement;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        // The browser gives the focus back, unless what had it is gone meanwhile.
        if (before?.isConnected === false) find('#people-list', HTMLElement).focus();
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}
