/** A proxy between a program and its database (or its people) that can cut, slow or freeze the line, or lose an answer. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Proxy {
  port: number;
  /** Ends all connections, and accepts no new ones until `heal`. */
  cut(): void;
  /** From now on each request arrives so many ms later. */
  slow(ms: number): void;
  /** From now on answers pass at so many bytes a second, as over a slow phone's line. */
  throttle(bytesPerSecond: number): void;
  /** Connections stay open, but no data passes until `heal`. */
  freeze(): void;
  /** Everything passes again, at once. */
  heal(): void;
  /** The next request with this word reaches the server, but its connection ends in place of the answer. */
  loseAnswerTo(word: string): void;
  /** The next request with this word does not reach the server, and its connection ends. */
  loseRequest(word: string): void;
  close(): Promise<void>;
}

export async function openProxy(host: string, port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let isFrozen = false;
  let delay = 0;
  let rate = Infinity;
  let lost: { word: string; what: 'request' | 'answer' } | undefined;

  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(port, host);
    let isLosing = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    let turn = Promise.resolve();
    client.on('data', (request) => {
      if (lost !== undefined && request.includes(lost.word)) {
        const { what } = lost;
        lost = undefined;
        if (what === 'request') {
          client.destroy();
          return;
        }
        isLosing = true;
      }
      turn = turn.then(async () => {
        if (delay > 0) await wait(delay);
        upstream.write(request);
      });
    });
    upstream.on('data', (answer) => {
      if (isLosing) client.destroy();
      else client.write(answer);
      if (rate === Infinity) return;
      upstream.pause();
      setTimeout(
        () => {
          if (!isFrozen) upstream.resume();
        },
        (answer.length / rate) * 1_000,
      );
    });
    if (isFrozen) client.pause();
  });
  function endAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      endAll();
    },
    slow(ms) {
      delay = ms;
    },
    throttle(bytesPerSecond) {
      rate = bytesPerSecond;
    },
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    heal() {
      isCut = isFrozen = false;
      delay = 0;
      rate = Infinity;
      for (const socket of sockets) socket.resume();
    },
    loseAnswerTo(word) {
      lost = { word, what: 'answer' };
    },
    loseRequest(word) {
      lost = { word, what: 'request' };
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
