/** Shows the state of a Socket.IO connection in the page's `#state`. */
import type { Socket } from 'socket.io-client';
import { find } from '../dom';
import { labWords } from '../../locales/lab';

/** Shows each state of this socket from now on. If the server says why it ends the connection, that reason is shown. */
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
    // The page itself closed this connection to open another one, whose state is shown now.
    if (why === 'io client disconnect') return;
    show('closed', `${labWords.states.closed}: ${reason || why}`);
  });

  function show(state: string, text: string): void {
    element.textContent = text;
    element.dataset['state'] = state;
  }
}
