/** Why a Socket.IO connection of the lab has ended, in the reader's language. */
import type { Socket } from 'socket.io-client';
import { labWords } from '../../locales/lab';

/** The code with which a WebSocket is closed when a message is too large. */
const TOO_LARGE = 1009;

/**
 * Listens to this socket's end.
 * @param hear is given the reason when the connection has ended or was refused, but not when the page itself ended it
 */
export function whenClosed(socket: Socket, hear: (why: string) => void): void {
  /** What the server said before it ended the connection. */
  let said = '';
  socket.on('connect', () => {
    said = '';
  });
  socket.on('ended', (why: unknown) => {
    said = String(why);
  });
  socket.on('connect_error', ({ message }) => {
    hear(labWords.reasons[message] ?? `${labWords.refused} ${message}`);
  });
  socket.on('disconnect', (reason, details) => {
    if (reason === 'io client disconnect') return;
    const context = details !== undefined && 'context' in details ? details.context : undefined;
    const isTooLarge = context instanceof CloseEvent && context.code === TOO_LARGE;
    hear(said || (isTooLarge ? labWords.tooLarge : (labWords.reasons[reason] ?? reason)));
  });
}
