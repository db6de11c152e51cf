/** The program in a process of its own. Asked, it collects garbage and tells what is left of its handshakes. */
import type { IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { loadConfig } from '../../src/config';
import { start } from '../../src/start';
import { noteServers } from '../support/note-servers';

export interface Told {
  port: number;
  /** Requests that opened or upgraded a connection, and sessions of those that opened one. */
  seen: number;
  /** Those of them that something still holds. */
  left: number;
}

interface EngineRequest extends IncomingMessage {
  _query: Record<string, string>;
}

const noted: WeakRef<object>[] = [];

async function main(): Promise<void> {
  noteServers(({ engine }) => {
    engine.use((request: EngineRequest, _response: object, next: () => void) => {
      const isPoll = request._query['sid'] !== undefined && request.headers.upgrade === undefined;
      if (!isPoll) noted.push(new WeakRef(request));
      next();
    });
    engine.on('connection', ({ request }: { request: IncomingMessage }) => {
      noted.push(new WeakRef(request.session));
    });
  });
  const { port } = await start(loadConfig(process.env));
  const tell = (left: number) => process.send?.({ port, seen: noted.length, left } satisfies Told);
  process.on('message', () => void count().then(tell));
  tell(0);
}

async function count(): Promise<number> {
  // The first collection runs finalizers; only the second one frees their objects.
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.();
    await turn();
  }
  return noted.filter((ref) => ref.deref() !== undefined).length;
}

void main();
