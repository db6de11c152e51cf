/** `/lab/chat`: chat over sockets alone. */
import type { Socket } from 'socket.io-client';
import { paint } from '../colors';
import { find, leadOn } from '../dom';
import { SOCKET_IO_PATH } from '../demo/address';
import { whenClosed } from '../demo/closing';
import { showStateOf } from '../demo/state';
import { preparePage } from '../page';
import { labWords } from '../../locales/lab';
import type { LabChatEvents, LabChatRequests, LabSaid } from '../../types/lab';

/** More lines than a reader looks at; older ones go. */
const MAX_LINES = 200;

const you = find('#you', HTMLElement);
const talk = find('#talk', HTMLElement);
const roomField = find('#room', HTMLInputElement);
const chatField = find('#chat', HTMLInputElement);
let room = '';

preparePage();
enable(false);
const socket: Socket<LabChatEvents, LabChatRequests> = io('/lab/chat', {
  path: SOCKET_IO_PATH,
  reconnection: false,
});
const again = find('#reconnect', HTMLButtonElement);
again.addEventListener('click', () => {
  // The button goes.
  leadOn(again, chatField);
});
showStateOf(socket, again);
whenClosed(socket, () => {
  enable(false);
});
socket.on('connect', () => {
  enable(true);
  join(room === '' ? roomField.value.trim() : room);
});
socket.on('you', (user) => {
  you.textContent = user;
  paint(you, user);
});
socket.on('join', ({ color }) => {
  showSystem(labWords.joined(color));
});
socket.on('exit', ({ color }) => {
  showSystem(labWords.left(color));
});
socket.on('chat', showSaid);
find('#room-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const name = roomField.value.trim();
  if (name !== room) join(name);
  chatField.focus();
});
find('#chat-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const chat = chatField.value.trim();
  if (chat === '') return;
  socket.emit('chat', { room, user: you.textContent, chat });
  chatField.value = '';
});

function join(name: string): void {
  if (name === '') return;
  if (name !== room) talk.replaceChildren();
  room = name;
  socket.emit('join', room);
  showSystem(labWords.entered(room));
}

/** While the socket is not connected, nothing can be sent, and what is written stays in its field. */
function enable(isConnected: boolean): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('#room-form button, #chat-form button'))
    button.disabled = !isConnected;
}

function showSystem(text: string): void {
  addLine('lab-system', text);
}

function showSaid({ user, chat }: LabSaid): void {
  const line = addLine('lab-said', chat);
  const name = document.createElement('span');
  name.className = 'color';
  name.textContent = user === you.textContent ? `${user} (${labWords.me})` : user;
  paint(name, user);
  line.prepend(name, ' ');
}

function addLine(className: string, text: string): HTMLElement {
  const line = document.createElement('p');
  line.className = className;
  line.textContent = text;
  talk.append(line);
  if (talk.childElementCount > MAX_LINES) talk.firstElementChild?.remove();
  talk.scrollTop = talk.scrollHeight;
  return line;
}
