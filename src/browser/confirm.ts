/** The question that the page asks before it does something that cannot be undone. */
import { find } from './dom';

const dialog = find('#confirm', HTMLDialogElement);
const question = find('#confirm-question', HTMLElement);
const yes = find('#confirm-yes', HTMLButtonElement);

/** Asks the reader. Resolves to whether the answer was yes. @param action the label of the button that means yes */
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
        // The browser gives the focus back to the element that had it. If that is gone by now, the list of people gets it.
        if (before?.isConnected === false) find('#people-list', HTMLElement).focus();
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}
