/** The list of rooms, kept up to date. */
import { addColor, paint } from './colors.js';
import { clone, fill, find } from './dom.js';
import { showBack, showOffline } from './notice.js';
import { onWaking } from './wake.js';

/** @typedef {import('../types/events.js').RoomSummary} RoomSummary */

const rows = find('#rooms tbody', HTMLTableSectionElement);
const isFirstPage = find('main', HTMLElement).hasAttribute('data-first');
/** What happens while the list is fetched, for the latest time, is done again after it. @type {(() => void)[] | undefined} */
let meanwhile;

/** @type {import('socket.io-client').Socket<import('../types/events.js').RoomEvents>} */
const socket = io('/room', { reconnectionDelayMax: 2000 });
socket.on('connect', () => {
  showBack();
  // Also the first time: rooms came and went between the page and the connection.
  void fetchList();
});
socket.on('disconnect', (reason) => {
  if (reason !== 'io client disconnect') showOffline();
});
socket.on('connect_error', showOffline);
// A connection that only listens does not notice by itself that it has died.
onWaking(() => socket.disconnect().connect());
socket.on('newRoom', (room) => happen(() => addRoom(room)));
socket.on('removeRoom', (id) => happen(() => rowOf(id)?.remove()));
socket.on('updateRooms', (rooms) => happen(() => rooms.forEach(update)));

/** @param {() => void} change may be made twice */
function happen(change) {
  meanwhile?.push(change);
  change();
}

/** @param {RoomSummary} room */
function addRoom(room) {
  if (!isFirstPage || rowOf(room._id)) return;
  const row = clone('room-template');
  row.dataset.id = room._id;
  row.toggleAttribute('data-secret', room.password);
  row.toggleAttribute('data-ephemeral', room.ephemeral);
  fill(row, { title: room.title, kind: room.password ? '비밀방' : '공개방', max: room.max });
  const link = find('.join-btn', HTMLAnchorElement, row);
  link.href = `/room/${room._id}`;
  link.dataset.id = room._id;
  link.dataset.password = String(room.password);
  link.setAttribute('aria-label', `${room.title} 입장`);
  rows.prepend(row);
  update(room);
}

/** @param {{ _id: string; count: number; owner: string }} room */
function update({ _id, count, owner }) {
  const row = rowOf(_id);
  if (!row) return;
  fill(row, { count, color: owner });
  paint(find('.person', Element, row), owner);
  row.toggleAttribute('data-full', count >= Number(find('[data-slot="max"]', Element, row).textContent));
}

/** Takes the rows of the page as it is now. When that fails, the next connection brings it. */
async function fetchList() {
  /** @type {(() => void)[]} */
  const changes = [];
  meanwhile = changes;
  try {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (!response.ok) return;
    // What is parsed is under this page's policy too, whose nonce is another one.
    const html = (await response.text()).replace(/<style[^>]*>[^<]*<\/style>/, '');
    // A later call brings newer rows.
    if (meanwhile !== changes) return;
    const page = new DOMParser().parseFromString(html, 'text/html');
    const fresh = [...find('#rooms tbody', Element, page).children];
    for (const painted of page.querySelectorAll('[data-color]'))
      addColor(painted.getAttribute('data-color') ?? '');
    if (isFocusInside()) keepFocus(() => rows.replaceChildren(...fresh));
    else rows.replaceChildren(...fresh);
    for (const change of changes) change();
  } catch {
    // Offline again.
  } finally {
    if (meanwhile === changes) meanwhile = undefined;
  }
}

/** @param {string} id @returns {Element | undefined} */
function rowOf(id) {
  return [...rows.children].find((row) => row.getAttribute('data-id') === id);
}

function isFocusInside() {
  return rows.contains(document.activeElement);
}

/** @param {() => void} replace */
function keepFocus(replace) {
  const id = document.activeElement?.getAttribute('data-id') ?? '';
  replace();
  const link = rowOf(id)?.querySelector('.join-btn');
  if (link instanceof HTMLElement) link.focus();
}
