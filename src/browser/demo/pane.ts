/** One pane of `/lab/rooms`: a socket in a namespace, the rooms that it is in, and the ways in which it may send. */
import type { Socket } from 'socket.io-client';
import { fill, find, leadOn } from '../dom';
import { SOCKET_IO_PATH } from './address';
import { whenClosed } from './closing';
import type { Name, Namespace, SocketMap } from './map';
import { labWords } from '../../locales/lab';
import type { PaneEvents, PaneRequests } from '../../types/lab';

/** How long a pane stays lit, in ms. */
const LIT = 1_500;

export interface Pane {
  name: Name;
  /** Undefined while it is not connected. */
  id: () => string | undefined;
}

interface Parts {
  name: Name;
  /** The part in the names of its namespaces that only this page has. */
  page: string;
  map: SocketMap;
  /** All panes of the page. */
  panes: () => readonly Pane[];
}

/** Connects the pane's socket at once, and lets its buttons send. */
export function createPane({ name, page, map, panes }: Parts): Pane {
  const element = find(`[data-pane="${name}"]`, HTMLElement);
  const again = find('[data-do="reconnect"]', HTMLButtonElement, element);
  let namespace: Namespace = 'red';
  let socket = connect();
  let timer: ReturnType<typeof setTimeout> | undefined;

  element.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    namespace = target.value === 'blue' ? 'blue' : 'red';
    reconnect();
  });
  element.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button) act(button.dataset['do'] ?? '', button.dataset['to'] ?? '');
  });

  function connect(): Socket<PaneEvents, PaneRequests> {
    const opening: Socket<PaneEvents, PaneRequests> = io(`/lab/rooms/${page}/${namespace}`, {
      path: SOCKET_IO_PATH,
      forceNew: true,
      reconnection: false,
      transports: ['websocket'],
    });
    leadOn(again, find('input:checked', HTMLInputElement, element));
    again.hidden = true;
    fill(element, { id: labWords.states.connecting });
    showRooms([]);
    enable(false);
    opening.on('connect', () => {
      enable(true);
      fill(element, { id: opening.id ?? '' });
    });
    opening.on('rooms', (rooms) => {
      showRooms(rooms);
      map.place(name, namespace, rooms);
    });
    opening.on('message', ({ way, from }) => {
      const sender = panes().find(({ id }) => id() === from)?.name ?? from;
      lightUp(labWords.arrived(way, sender));
    });
    whenClosed(opening, (why) => {
      fill(element, { id: why });
      showRooms([]);
      map.remove(name);
      again.hidden = false;
      enable(false);
    });
    return opening;
  }

  /** While the socket is not connected, nothing can be sent. */
  function enable(isConnected: boolean): void {
    for (const buttons of element.querySelectorAll<HTMLFieldSetElement>('.lab-buttons'))
      buttons.disabled = !isConnected;
  }

  function reconnect(): void {
    socket.disconnect();
    socket = connect();
  }

  function act(what: string, to: string): void {
    if (what === 'reconnect') reconnect();
    if (what === 'emit' || what === 'emitToAll' || what === 'broadcast') socket.emit(what);
    if (what === 'toSocket') {
      const id = panes()
        .find((pane) => pane.name === to)
        ?.id();
      if (id !== undefined) socket.emit(what, id);
    }
    if (what === 'join' || what === 'leave' || what === 'toRoom' || what === 'except') socket.emit(what, to);
  }

  /** The room that is the socket's own is not shown. */
  function showRooms(rooms: readonly string[]): void {
    const shared = rooms.filter((room) => room === '1' || room === '2').sort();
    fill(element, { rooms: labWords.inRooms(shared) });
  }

  function lightUp(text: string): void {
    clearTimeout(timer);
    fill(element, { received: text });
    toggle(true);
    timer = setTimeout(toggle, LIT, false);
  }

  function toggle(isLit: boolean): void {
    element.classList.toggle('is-lit', isLit);
    map.light(name, isLit);
  }

  return { name, id: () => socket.id };
}
