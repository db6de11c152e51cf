/** Addresses of the lab. */
import { addressOf } from '../site';

/** Where Socket.IO listens. */
export const SOCKET_IO_PATH = addressOf('/socket.io');

/** @param path below `/lab/` */
export function labUrl(path: string): string {
  return location.origin + addressOf(`/lab/${path}`);
}

/** The same for `new WebSocket`. */
export function labSocketUrl(path: string): string {
  return labUrl(path).replace(/^http/, 'ws');
}
