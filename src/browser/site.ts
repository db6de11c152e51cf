/** Where this site is: at the root of its host, or below a path, which the server writes into every page. */
import type { Io } from './wire';

const base = document.documentElement.dataset['base'] ?? '';

/** The address of a path of this site. @param path begins with `/` */
export function addressOf(path: string): string {
  return base + path;
}

/** Socket.IO's client for this site. */
export const connect: Io = (namespace, options) =>
  io(namespace, { ...options, path: addressOf('/socket.io') });
