/** What `/socket.io/socket.io.js` lays on the window. */
declare const io: (typeof import('socket.io-client'))['io'];
