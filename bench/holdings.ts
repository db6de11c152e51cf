/** What a process that is measured holds: memory after garbage collection, handles, timers, listeners, sockets. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Server } from 'socket.io';

/** Names of things, and how many of each there are; for memory, how many bytes. */
export type Counts = Record<string, number>;
export interface Told {
  port: number;
  counts: Counts;
}

/** A sweep or a sign of life may be under way at one look, and add to the counts. So we look again, and keep the lowest. */
const LOOKS = 8;
const BETWEEN_LOOKS = 150;

interface Emitter {
  eventNames(): (string | symbol)[];
  listeners(name: string | symbol): unknown[];
}

/** Tells the parent process the port, and what is held whenever it asks. The process needs --expose-gc. */
export function answerQuestions(port: number, servers: readonly Server[]): void {
  const tell = (counts: Counts) => process.send?.({ port, counts } satisfies Told);
  process.on('message', () => void hold(servers).then(tell));
  tell({});
}

async function hold(servers: readonly Server[]): Promise<Counts> {
  const least = await look(servers);
  for (let looks = 1; looks < LOOKS; looks++) {
    await wait(BETWEEN_LOOKS);
    for (const [what, count] of Object.entries(await look(servers)))
      least[what] = Math.min(count, least[what] ?? count);
  }
  return least;
}

async function look(servers: readonly Server[]): Promise<Counts> {
  // The first collection runs finalizers; only the second one frees their objects.
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((name) => name === 'Timeout').length;
  const spaces = servers.flatMap((io) => [io.of('/chat'), io.of('/room')]);
  const adapters = spaces.map(({ adapter }) => adapter);
  const emitters: Emitter[] = [process, ...servers.map(({ engine }) => engine), ...spaces, ...adapters];
  return {
    'heap, bytes': heapUsed,
    'external, bytes': external,
    'resident, bytes': rss,
    handles: resources.length - timers,
    timers,
    listeners: sum(emitters, (emitter) =>
      sum(emitter.eventNames(), (name) => emitter.listeners(name).length),
    ),
    sockets: sum(spaces, ({ sockets }) => sockets.size),
    "Socket.IO's rooms": sum(adapters, ({ rooms }) => rooms.size),
  };
}

function sum<T>(all: T[], count: (one: T) => number): number {
  return all.reduce((total, one) => total + count(one), 0);
}
