/** The line below a chat of mine that is not stored yet. It says how far the chat is on its way, or why it waits or failed. */
import { clone, find, leadOn } from './dom';
import type { Letter, State } from './letter';
import type { Log } from './log';
import type { Mine } from './mine';
import { deliveryWords } from '../locales/browser';

interface Parts {
  scroller: HTMLElement;
  log: Log;
  mine: Mine;
  retry: (nonce: string) => void;
  discard: (nonce: string) => void;
}

/** @returns a function that shows the state of a letter in the letter's row, and makes that row if there is none */
export function createDeliveries({ scroller, log, mine, retry, discard }: Parts) {
  const lines = new Map<string, ReturnType<typeof createDelivery>>();

  function lineOf(letter: Letter) {
    const { nonce } = letter;
    const known = lines.get(nonce);
    if (known) return known;
    const row = letter.kind === 'chat' ? mine.addText(nonce, letter.chat) : mine.addGif(nonce, letter.gif);
    const line = createDelivery(row, scroller, letter.kind === 'gif', {
      retry: () => {
        retry(nonce);
      },
      discard: () => {
        discard(nonce);
        lines.delete(nonce);
        mine.discard(nonce);
      },
    });
    lines.set(nonce, line);
    return line;
  }

  return (letter: Letter, state: State): void => {
    const { nonce } = letter;
    if (state.what === 'sent') {
      lines.delete(nonce);
      if (state.seq !== undefined) log.confirm(nonce, state.seq);
      return;
    }
    const isAgain = lines.has(nonce);
    const line = lineOf(letter);
    if (state.what === 'uploading') line.uploading(state.part);
    else if (state.what === 'waiting') line.waiting(state.why);
    else if (state.what === 'failed') line.failed(state.why, state.canRetry);
    else {
      line.pending();
      if (isAgain) mine.moveToEnd(nonce);
    }
  };
}

/** @param canCancel whether it can be cancelled while it is sent */
function createDelivery(
  row: HTMLElement,
  scroller: HTMLElement,
  canCancel: boolean,
  actions: { retry: () => void; discard: () => void },
) {
  const line = clone('delivery-template');
  const text = find('[data-slot="state"]', HTMLElement, line);
  const progress = find('progress', HTMLProgressElement, line);
  const buttons = [...line.querySelectorAll('button')];
  for (const button of buttons) {
    button.addEventListener('click', button.dataset.action === 'retry' ? actions.retry : actions.discard);
  }
  row.append(line);

  function show(state: string, offered: string[]): void {
    text.textContent = state;
    for (const button of buttons) {
      const isOffered = offered.includes(button.dataset.action ?? '');
      if (!isOffered) leadOn(button, scroller);
      button.hidden = !isOffered;
    }
  }

  return {
    pending(): void {
      show(deliveryWords.sending, canCancel ? ['cancel'] : []);
      progress.hidden = true;
      row.classList.add('is-pending');
      row.classList.remove('is-failed');
    },

    /** @param part 0 to 1 */
    uploading(part: number): void {
      if (text.textContent !== deliveryWords.uploading) show(deliveryWords.uploading, ['cancel']);
      progress.hidden = false;
      progress.value = part;
    },

    /** The progress bar stays, so that people see how far the upload was. */
    waiting(why: string): void {
      show(why, ['retry', 'cancel']);
    },

    failed(why: string, canRetry: boolean): void {
      show(why, canRetry ? ['retry', 'discard'] : ['discard']);
      progress.hidden = true;
      row.classList.remove('is-pending');
      row.classList.add('is-failed');
    },
  };
}
