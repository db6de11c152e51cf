/** The figure of `/lab/rooms`: two namespaces, two rooms in each, which overlap, and a dot for each socket. */
import { find } from '../dom';

/** Where a namespace begins and what is in it, in the drawing's units, as in `views/lab/rooms.html`. */
const NAMESPACES = { red: 4, blue: 328 } as const;
const COLUMNS = { '1': 68, both: 154, '2': 240, none: 154 } as const;
const ROOM_MIDDLE = 122;
const BELOW_ROOMS = 207;
/** Sockets in the same place stand beside each other. */
const BESIDE = { A: -38, B: 0, C: 38 } as const;

export type Namespace = keyof typeof NAMESPACES;
export type Name = keyof typeof BESIDE;

export interface SocketMap {
  /** Moves a socket's dot to where it is now. */
  place: (name: Name, namespace: Namespace, rooms: readonly string[]) => void;
  remove: (name: Name) => void;
  light: (name: Name, isLit: boolean) => void;
}

/** Moves the dots that the page's drawing has. */
export function createMap(): SocketMap {
  const dotOf = (name: Name) => find(`[data-dot="${name}"]`, SVGGElement);
  return {
    place(name, namespace, rooms) {
      const isIn = (room: string) => rooms.includes(room);
      const column = isIn('1') && isIn('2') ? 'both' : isIn('1') ? '1' : isIn('2') ? '2' : 'none';
      // In a room they stand below each other, since a room is narrow.
      const [x, y] =
        column === 'none'
          ? [COLUMNS.none + BESIDE[name], BELOW_ROOMS]
          : [COLUMNS[column], ROOM_MIDDLE + BESIDE[name]];
      const dot = dotOf(name);
      dot.removeAttribute('hidden');
      dot.setAttribute('transform', `translate(${String(NAMESPACES[namespace] + x)} ${String(y)})`);
    },
    remove(name) {
      dotOf(name).setAttribute('hidden', '');
    },
    light(name, isLit) {
      dotOf(name).classList.toggle('is-lit', isLit);
    },
  };
}
