/** The namespace `/visitors`: how many sockets are in it. */
import type { IoNamespace } from './io';

/** Tells everybody in the namespace whenever a socket comes or goes. */
export function visitorNamespace(visitors: IoNamespace): void {
  visitors.on('connection', (socket) => {
    tell();
    // The socket is not among `sockets` any more when this is called.
    socket.on('disconnect', tell);
  });

  function tell(): void {
    visitors.emit('visitors', visitors.sockets.size);
  }
}
