/** `/lab/socketio`: Socket.IO packet by packet, by polling first or by WebSocket alone. */
import type { Socket } from 'socket.io-client';
import { find } from '../dom';
import { SOCKET_IO_PATH } from '../demo/address';
import { createLogTable } from '../demo/log-table';
import { print } from '../demo/print';
import { showStateOf } from '../demo/state';
import { preparePage } from '../page';
import { labWords } from '../../locales/lab';
import type { NewsEvents, NewsRequests } from '../../types/lab';

/** The digit with which a packet of each type begins. @source https://socket.io/docs/v4/engine-io-protocol/ */
const DIGITS = { open: 0, close: 1, ping: 2, pong: 3, message: 4, upgrade: 5, noop: 6, error: '?' } as const;

interface Packet {
  type: keyof typeof DIGITS;
  data?: unknown;
}

const form = find('#transports', HTMLFormElement);
const transport = find('#transport', HTMLElement);
const upgraded = find('#upgraded', HTMLElement);
const id = find('#id', HTMLElement);
const log = createLogTable();
let socket = connect();

preparePage();
form.addEventListener('submit', (event) => {
  event.preventDefault();
  reconnect();
});
form.addEventListener('change', reconnect);

function reconnect(): void {
  socket.disconnect();
  socket = connect();
}

function connect(): Socket<NewsEvents, NewsRequests> {
  const isWebSocketOnly = new FormData(form).get('transport') === 'websocket';
  const opening: Socket<NewsEvents, NewsRequests> = io({
    path: SOCKET_IO_PATH,
    forceNew: true,
    reconnection: false,
    transports: isWebSocketOnly ? ['websocket'] : ['polling', 'websocket'],
  });
  const began = performance.now();
  const { engine } = opening.io;
  transport.textContent = engine.transport.name;
  upgraded.textContent = isWebSocketOnly ? labWords.noNeed : labWords.notYet;
  id.textContent = labWords.none;
  showStateOf(opening);

  engine.on('packet', (packet) => {
    show('down', packet);
  });
  engine.on('packetCreate', (packet) => {
    show('up', packet);
  });
  // The new transport is tried while the old one is in use. The engine tells of that only when the answer has come.
  engine.on('upgrading', ({ name }) => {
    show('up', { type: 'ping', data: 'probe' }, name);
    show('down', { type: 'pong', data: 'probe' }, name);
  });
  engine.on('upgrade', ({ name }) => {
    show('up', { type: 'upgrade' }, name);
    transport.textContent = name;
    upgraded.textContent = labWords.after(Math.round(performance.now() - began));
    log.add('note', labWords.note, name, 'upgrade', '');
  });
  opening.on('connect', () => {
    id.textContent = opening.id ?? labWords.none;
  });
  opening.on('news', (text) => {
    print(text);
    opening.emit('reply', 'Hello Node.JS');
  });
  return opening;

  function show(direction: 'up' | 'down', { type, data }: Packet, name = engine.transport.name): void {
    const content = typeof data === 'string' ? data : '';
    log.add(direction, labWords[direction], name, type, `${String(DIGITS[type])}${content}`);
  }
}
