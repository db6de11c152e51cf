/** Socket.IO's client, which a script of its own lays on the window before the page's. */
declare const io: (typeof import('socket.io-client'))['io'];

interface Document {
  /** Not in every browser. */
  readonly prerendering?: boolean;
}
