/** Socket.IO's client. `socket-io.ts` makes it global before the page's own script runs. */
declare const io: (typeof import('socket.io-client'))['io'];

interface Document {
  /** Not in every browser. */
  readonly prerendering?: boolean;
}
