/** The rows of the list of rooms, kept up to date. */
import { addColor } from './colors';
import { clone, fill, find } from './dom';
import { listEvents } from './incoming';
import { showBack, showOffline } from './notice';
import { showPerson } from './person';
import { addressOf } from './site';
import { createWaitingRooms } from './waiting-rooms';
import { onWaking } from './wake';
import { listener, type Io } from './wire';
import { listWords } from '../locales/browser';
import type { RoomEvents, RoomSummary } from '../types/events';

interface Parts {
  io: Io;
  rows: HTMLTableSectionElement;
  /** Says how many new rooms wait. */
  line: HTMLButtonElement;
  /** New rooms are shown on this page. */
  isFirstPage: boolean;
}

/** Connects at once, and fetches the list again whenever the connection is back. */
export function createRoomList({ io, rows, line, isFirstPage }: Parts): void {
  const waiting = createWaitingRooms({ rows, line });
  /** While the list is fetched: the changes since then, which are made again on the fetched rows. */
  let meanwhile: (() => void)[] | undefined;

  const socket = io('/room', { reconnectionDelayMax: 2000 });
  const on = listener<RoomEvents>(socket, listEvents);
  socket.on('connect', () => {
    showBack();
    // Also the first time, since rooms may have come and gone between the page and the connection.
    void fetchList();
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') showOffline();
  });
  socket.on('connect_error', showOffline);
  // A connection that only listens does not notice by itself that it has died.
  onWaking(() => {
    socket.disconnect().connect();
  });
  on('newRoom', (room) => {
    apply(() => addRoom(room));
  });
  on('removeRoom', (id) => {
    apply(() => {
      waiting.remove(id, shownRowOf(id));
    });
  });
  on('updateRooms', (rooms) => {
    apply(() => rooms.forEach(update));
  });

  /** Makes a change now, and again when the list that is just being fetched is there. */
  function apply(change: () => void): void {
    meanwhile?.push(change);
    change();
  }

  function addRoom(room: RoomSummary): void {
    if (!isFirstPage || rowOf(room._id)) return;
    const row = clone('room-template');
    row.dataset.id = room._id;
    row.toggleAttribute('data-secret', room.password);
    row.toggleAttribute('data-ephemeral', room.ephemeral);
    fill(row, {
      title: room.title,
      kind: room.password ? listWords.secret : listWords.open,
      max: room.max,
    });
    const link = find('.join-btn', HTMLAnchorElement, row);
    link.href = addressOf(`/room/${room._id}`);
    link.dataset.id = room._id;
    link.dataset.password = String(room.password);
    link.setAttribute('aria-label', listWords.enter(room.title));
    waiting.add(row);
    update(room);
  }

  function update({ _id, count, owner }: Pick<RoomSummary, '_id' | 'count' | 'owner'>): void {
    const row = rowOf(_id);
    if (!row) return;
    fill(row, { count });
    showPerson(row, { color: owner });
    row.toggleAttribute('data-full', count >= Number(find('[data-slot="max"]', Element, row).textContent));
  }

  /** Fetches this page again and takes its rows. When that fails, the next connection tries again. */
  async function fetchList(): Promise<void> {
    const changes: (() => void)[] = [];
    meanwhile = changes;
    try {
      const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (!response.ok) return;
      // The style of the fetched page has another nonce than this page's CSP allows, so the browser would complain about it.
      const html = (await response.text()).replace(/<style[^>]*>[^<]*<\/style>/, '');
      // A later call has begun, and brings newer rows.
      if (meanwhile !== changes) return;
      const page = new DOMParser().parseFromString(html, 'text/html');
      const fresh = [...find('#rooms tbody', Element, page).children];
      for (const painted of page.querySelectorAll('[data-color]'))
        addColor(painted.getAttribute('data-color') ?? '');
      if (waiting.isInUse()) keepFocus(() => takeInPlace(fresh));
      else {
        waiting.forget();
        rows.replaceChildren(...fresh);
      }
      for (const change of changes) change();
    } catch {
      // Offline again.
    } finally {
      if (meanwhile === changes) meanwhile = undefined;
    }
  }

  /** Takes the fetched rows without moving any: rooms that are new wait, and those that are gone are marked. */
  function takeInPlace(fresh: Element[]): void {
    const ids = fresh.map((row) => row.getAttribute('data-id') ?? '');
    for (const row of [...rows.children]) {
      const id = row.getAttribute('data-id') ?? '';
      const at = ids.indexOf(id);
      const newer = fresh[at];
      if (newer === undefined) waiting.remove(id, row);
      else row.replaceWith(newer);
    }
    const added = fresh.filter((row) => row instanceof HTMLElement && !row.isConnected);
    // The list has the newest room first. The room that is added last to those that wait is shown first.
    for (const row of added.reverse()) if (row instanceof HTMLElement && isFirstPage) waiting.add(row);
  }

  function shownRowOf(id: string): Element | undefined {
    return [...rows.children].find((row) => row.getAttribute('data-id') === id);
  }

  function rowOf(id: string): Element | undefined {
    return shownRowOf(id) ?? waiting.rowOf(id);
  }

  function keepFocus(replace: () => void): void {
    const id = document.activeElement?.getAttribute('data-id') ?? '';
    replace();
    const link = rowOf(id)?.querySelector('.join-btn');
    if (link instanceof HTMLElement) link.focus();
  }
}
