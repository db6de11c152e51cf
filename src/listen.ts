/** Listening: where it cannot be, what to change; and the address at which the server answers. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { codeOf } from './system-error';

export interface Listening {
  port: number;
  /** For people on this machine. */
  url: string;
}

/**
 * @param port 0 takes any free one. @param host every address of the machine if undefined.
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

/** Nobody can connect to "every address". */
function nameOf(address: string, host: string | undefined): string {
  if (host === undefined) return 'localhost';
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
