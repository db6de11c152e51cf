/** What `/socket.io/socket.io.js` lays on the window. */
declare const io: (typeof import('socket.io-client'))['io'];

interface Document {
  /** Not in every browser. */
  readonly prerendering?: boolean;
}
