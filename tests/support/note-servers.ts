/** A look at the program's Socket.IO server, which the program shows to nobody. */
import { Server } from 'socket.io';

/** From now on `note` is called with each Socket.IO server of this process when it is attached to its HTTP server. */
export function noteServers(note: (io: Server) => void): void {
  const attach: unknown = Reflect.get(Server.prototype, 'attach');
  if (typeof attach !== 'function') throw new Error("Socket.IO's server has no attach");
  Object.defineProperty(Server.prototype, 'attach', {
    value(this: Server, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(attach, this, args);
      note(this);
      return result;
    },
  });
}
