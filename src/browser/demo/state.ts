/** How a connection of Socket.IO stands, in the page's `#state`. */
import type { Socket } from 'socket.io-client';
import { find } from '../dom';
import { labWords } from '../../locales/lab';

/** Follows a socket from its opening on. The reason that the server gives for ending it stays. */
export function showStateOf(socket: Socket): void {
  const element = find('#state', HTMLElement);
  let reason = '';
  show('connecting', labWords.states.connecting);
  socket.on('connect', () => {
    show('open', labWords.states.open);
  });
  socket.on('ended', (why: unknown) => {
    reason = String(why);
  });
  socket.on('connect_error', ({ message }) => {
    show('closed', `${labWords.refused} ${message}`);
  });
  socket.on('disconnect', (why) => {
    // Another one of the page's connections shows its own state by now.
    if (why === 'io client disconnect') return;
    show('closed', `${labWords.states.closed}: ${reason || why}`);
  });

  function show(state: string, text: string): void {
    element.textContent = text;
    element.dataset['state'] = state;
  }
}
