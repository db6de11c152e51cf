/** Ports for servers of other programs, which cannot say themselves which free port they took. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}
