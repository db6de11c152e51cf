/** The button that leaves the room. If the server cannot be reached, the reader stays on the page, which says why. */
import type { Connection } from './connection';
import { addressOf } from './site';
import { timeoutSignal } from './timeout';
import { leaveWords } from '../locales/browser';

/** How long an answer is waited for, in ms: longer than the server lets a change wait (5 s). */
const PATIENCE = 8_000;

interface Parts {
  form: HTMLFormElement;
  connection: Pick<Connection, 'isEnded' | 'fallSilent' | 'speakAgain'>;
  outbox: { interrupt: () => void };
  /** Is called when the server knows that this person has left, before the list of rooms is opened. */
  onLeft: () => void;
  /** @param text empty for none */
  onProblem: (text: string) => void;
}

/** Tells the server first, and opens the list of rooms only if the server knows. */
export function createLeave({ form, connection, outbox, onLeft, onProblem }: Parts): void {
  let isLeaving = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!isLeaving) void leave();
  });

  async function leave(): Promise<void> {
    isLeaving = true;
    const wasIn = !connection.isEnded();
    onProblem('');
    // A chat that is sent after leaving would enter the room again.
    connection.fallSilent();
    outbox.interrupt();
    if (await hasLeft(form.action)) {
      onLeft();
      location.assign(addressOf('/'));
    } else {
      if (wasIn) connection.speakAgain();
      onProblem(leaveWords.notLeft);
    }
    isLeaving = false;
  }
}

async function hasLeft(address: string): Promise<boolean> {
  try {
    const { type } = await fetch(address, {
      method: 'POST',
      // The answer leads to the list of rooms, which the page opens itself.
      redirect: 'manual',
      signal: timeoutSignal(PATIENCE),
    });
    return type === 'opaqueredirect';
  } catch {
    return false;
  }
}
