/** Addresses of the lab, wherever the site is mounted: this page's own address tells. */

const { pathname, origin } = location;
const rootEnd = pathname.lastIndexOf('/lab/');
const root = pathname.slice(0, rootEnd);

/** Where Socket.IO listens. */
export const SOCKET_IO_PATH = `${root}/socket.io`;

/** @param path below `/lab/` */
export function labUrl(path: string): string {
  return `${origin}${root}/lab/${path}`;
}

/** The same for `new WebSocket`. */
export function labSocketUrl(path: string): string {
  return labUrl(path).replace(/^http/, 'ws');
}
