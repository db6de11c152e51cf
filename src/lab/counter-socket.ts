/** Sends the counter by WebSocket: after one upgrade, each change is a frame with a few extra bytes. */
import type { WebSocket } from 'ws';
import type { Source } from './source';
import type { Count } from '../types/lab';

export function counterSocket(counter: Source<Count>, socket: WebSocket): void {
  tell();
  counter.on('change', tell);
  socket.on('close', () => {
    counter.off('change', tell);
  });

  function tell(): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify(counter.value));
  }
}
