/** Shows the state of a Socket.IO connection in the page's `#state`. */
import type { Socket } from 'socket.io-client';
import { whenClosed } from './closing';
import { find } from '../dom';
import { labWords } from '../../locales/lab';

/**
 * Shows each state of this socket from now on.
 * @param again a button that connects the same socket again; it is there only while the socket is closed
 */
export function showStateOf(socket: Socket, again?: HTMLButtonElement): void {
  const element = find('#state', HTMLElement);
  show('connecting', labWords.states.connecting);
  socket.on('connect', () => {
    show('open', labWords.states.open);
  });
  whenClosed(socket, (why) => {
    show('closed', `${labWords.states.closed}: ${why}`);
  });
  again?.addEventListener('click', () => {
    show('connecting', labWords.states.connecting);
    socket.connect();
  });

  function show(state: string, text: string): void {
    element.textContent = text;
    element.dataset['state'] = state;
    if (again) again.hidden = state !== 'closed';
  }
}
