/** Makes the server listen. If that fails, the error says which setting to change. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { codeOf } from './system-error';

export interface Listening {
  port: number;
  /** The address for people on this machine. */
  url: string;
}

/**
 * Resolves when the server listens.
 * @param port 0 means any free port. @param host undefined means every address of the machine.
 * @throws Error with one line that names the variable to change.
 */
export async function listen(server: Server, port: number, host: string | undefined): Promise<Listening> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(problemOf(codeOf(cause), port, host) ?? String(cause), { cause });
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens at no address');
  return { port: address.port, url: `http://${nameOf(address.address, host)}:${String(address.port)}` };
}

function problemOf(code: string, port: number, host: string | undefined): string | undefined {
  if (code === 'EADDRINUSE') {
    return `PORT: ${String(port)} is taken by another program: end that one, or set PORT to another`;
  }
  if (code === 'EACCES') {
    return `PORT: ${String(port)} is not for this user: set PORT to one above 1023, with a proxy in front`;
  }
  if (host === undefined) return undefined;
  return `HOST: ${host} is no address of this machine (${code}): leave HOST out to listen on all it has`;
}

/** The name of an address for a URL. "Every address" cannot be in a URL, so it becomes the address of this machine. */
function nameOf(address: string, host: string | undefined): string {
  if (host === undefined) return 'localhost';
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
