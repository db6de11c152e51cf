/** One person's connection to the server, through a proxy that breaks it on purpose, in one or both directions. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './plan';

type Pause = (ms: number) => Promise<unknown>;

export interface Line {
  url: string;
  /** How many connections were ended by faults. */
  cuts(): number;
  /** Whether data passes in both directions at the moment. */
  isWhole(): boolean;
  /** Resolves when the fault is over. @param pause may end early */
  strike(fault: Fault, pause: Pause): Promise<void>;
  /** Ends the client's side; the server's side stays open, and so the server does not notice, until `heal`. */
  abandon(): void;
  /** Ends the connections of which one side is still open, and lets everything pass. */
  heal(): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  /** One side has ended; the other is still open and does not know. */
  isHalfOpen: boolean;
}

/**
 * @param target gives the server's present port; it changes when the server is started again.
 * @param onAnswer is called with the server's data after it was passed on.
 */
export async function openLine(target: () => number, onAnswer: (data: Buffer) => void): Promise<Line> {
  const pairs = new Set<Pair>();
  let cuts = 0;
  let delay = 0;
  let isOutOfReach = false;
  /** In which directions data is dropped at the moment. */
  const lost = { requests: false, answers: false };

  const proxy = createServer({ noDelay: true }, (client) => {
    if (isOutOfReach) {
      client.destroy();
      return;
    }
    const server = connect({ port: target(), host: '127.0.0.1', noDelay: true });
    const pair = { client, server, isHalfOpen: false };
    pairs.add(pair);
    pass(pair, client, server, 'requests');
    pass(pair, server, client, 'answers');
  });

  function pass(pair: Pair, from: Socket, to: Socket, what: 'requests' | 'answers'): void {
    let turn = Promise.resolve();
    let waiting = 0;
    const hand = (data: Buffer) => {
      to.write(data);
      if (what === 'answers') onAnswer(data);
    };
    from.on('data', (data) => {
      if (lost[what]) return;
      if (delay === 0 && waiting === 0) {
        hand(data);
        return;
      }
      const pause = delay;
      waiting += 1;
      turn = turn.then(async () => {
        await wait(pause);
        waiting -= 1;
        hand(data);
      });
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      if (pair.isHalfOpen) return;
      // Data that arrived before the end must be passed on before the end.
      void turn.then(() => to.end());
      if (pair.client.destroyed && pair.server.destroyed) pairs.delete(pair);
    });
  }

  /** Ends both sides of all connections, or only one side, so that the other does not notice. */
  function cut(side: 'both' | 'client' | 'server'): void {
    for (const pair of pairs) {
      if (pair.isHalfOpen) continue;
      cuts += 1;
      pair.isHalfOpen = side !== 'both';
      if (side !== 'server') pair.client.destroy();
      if (side !== 'client') pair.server.destroy();
      if (side === 'both') pairs.delete(pair);
    }
  }

  /** Ends the sides that are still open, so that these notice it, too. */
  function endHalfOpen(): void {
    for (const pair of pairs) {
      if (!pair.isHalfOpen) continue;
      pair.client.destroy();
      pair.server.destroy();
      pairs.delete(pair);
    }
  }

  /** Drops data until `over` resolves, then ends all connections: after a loss no TCP stream can go on. */
  async function lose(over: Promise<unknown>, ...directions: ('requests' | 'answers')[]): Promise<void> {
    for (const direction of directions) lost[direction] = true;
    await over;
    cut('both');
    for (const direction of directions) lost[direction] = false;
  }

  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    cuts: () => cuts,
    isWhole: () => !isOutOfReach && !lost.requests && !lost.answers,
    async strike({ what, ms }, pause) {
      switch (what) {
        case 'cut':
          cut('both');
          return;
        case 'out of reach':
          isOutOfReach = true;
          cut('both');
          await pause(ms);
          isOutOfReach = false;
          return;
        case 'delay':
          delay = ms / 5;
          await pause(ms);
          delay = 0;
          return;
        case 'answers lost':
          return lose(pause(ms), 'answers');
        case 'requests lost':
          return lose(pause(ms), 'requests');
        case 'silent':
          return lose(pause(2 * ms), 'requests', 'answers');
        case 'server not told':
        case 'client not told':
          cut(what === 'server not told' ? 'client' : 'server');
          await pause(2 * ms);
          endHalfOpen();
          return;
      }
    },
    abandon: () => cut('client'),
    heal: endHalfOpen,
    async close() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
