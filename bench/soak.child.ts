/** The server that the soak watches, as it is; asked over IPC, it tells what its process holds. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { Server } from 'socket.io';
import { loadConfig } from '../src/config';
import { start } from '../src/start';

/** How many there are of what; of memory, how many bytes. */
export type Counts = Record<string, number>;
export interface Told {
  port: number;
  counts: Counts;
}

/** A look may fall into a sweep or a beat: the least that several find counts. */
const LOOKS = 8;
const BETWEEN_LOOKS = 150;

interface Emitter {
  eventNames(): (string | symbol)[];
  listeners(name: string | symbol): unknown[];
}

const servers: Server[] = [];

async function main(): Promise<void> {
  noteServers();
  const running = await start(loadConfig(process.env));
  const tell = (counts: Counts) => process.send?.({ port: running.port, counts } satisfies Told);
  process.on('message', () => void hold().then(tell));
  process.once('SIGTERM', () => void running.stop().then(() => process.exit()));
  tell({});
}

async function hold(): Promise<Counts> {
  const least = await look();
  for (let looks = 1; looks < LOOKS; looks++) {
    await wait(BETWEEN_LOOKS);
    for (const [what, count] of Object.entries(await look()))
      least[what] = Math.min(count, least[what] ?? count);
  }
  return least;
}

async function look(): Promise<Counts> {
  // What the first one finalizes, the second one frees.
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

/** Socket.IO's server is noted when it is attached: the program shows it to nobody. */
function noteServers(): void {
  const attach: unknown = Reflect.get(Server.prototype, 'attach');
  if (typeof attach !== 'function') throw new Error("Socket.IO's server has no attach");
  Object.defineProperty(Server.prototype, 'attach', {
    value(this: Server, ...args: unknown[]): unknown {
      servers.push(this);
      return Reflect.apply(attach, this, args);
    },
  });
}

void main();
