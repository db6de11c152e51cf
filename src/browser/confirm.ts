/** The question that the page asks before it does something that cannot be undone. */
import { find } from './dom';

const dialog = find('#confirm', HTMLDialogElement);
const question = find('#confirm-question', HTMLElement);
const yes = find('#confirm-yes', HTMLButtonElement);

/** Answers the question that was asked last. */
let answer: (isYes: boolean) => void = () => undefined;

dialog.addEventListener('close', () => {
  // The event comes a little later than the dialog closes. If the next question is open by then, nobody has answered that one.
  if (!dialog.open) answer(dialog.returnValue === 'yes');
});

/** Asks the reader. Resolves to whether the answer was yes. @param action the label of the button that means yes */
export function confirm(text: string, action: string): Promise<boolean> {
  answer(false);
  question.textContent = text;
  yes.textContent = action;
  dialog.returnValue = '';
  const before = document.activeElement;
  dialog.showModal();
  return new Promise((resolve) => {
    answer = (isYes) => {
      // The browser gives the focus back to the element that had it. If that is gone by now, the list of people gets it.
      if (before?.isConnected === false) find('#people-list', HTMLElement).focus();
      resolve(isYes);
    };
  });
}
