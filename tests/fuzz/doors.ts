/** Sends an input by its door, and gives what comes back to the judge. */
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import zlib from 'node:zlib';
import { WebSocket } from 'ws';
import { once as heard } from '../support/app';
import type { Body, Input } from './inputs';
import type { Judge } from './judge';
import type { World } from './world';

/** How long an answer may take, in ms. */
const PATIENCE = 20_000;
/** What comes without an end, or perhaps not at all, is read for so long, in ms. */
const MOMENT = 150;
/** Of an answer, so many bytes are read. */
const MOST_BYTES = 2 ** 20;
const BOUNDARY = 'between the parts';

type Of<D extends Input['door']> = Extract<Input, { door: D }>;

export function createDoors(url: string, world: World, judge: Judge) {
  const { port, hostname } = new URL(url);
  const agent = new Agent({ keepAlive: true });

  async function http(number: number, { method, path, query, headers, body }: Of<'http'>): Promise<void> {
    const encoded = encode(body);
    const address = addressOf(
      path.map((segment) => world.resolve(segment)),
      query,
    );
    const all = { ...(encoded && { 'content-type': encoded.type }), ...resolved(headers) };
    const asked = request({
      ...{ agent, hostname, port, method, path: address, timeout: PATIENCE },
      headers: { ...all, ...(encoded && { 'content-length': encoded.bytes.length }) },
    });
    asked.on('error', (error) => {
      // An answer that is not HTTP is no answer.
      if (error.message.startsWith('Parse Error'))
        judge.find(
          'no answer',
          [number],
          `${error.message}: ${method} ${address}: ${String(Object(error).rawPacket)}`,
        );
    });
    asked.end(encoded?.bytes);
    // A long poll waits until there is news: the lab's for seconds, Socket.IO's for up to 25.
    if (path.includes('long') || (method === 'GET' && 'sid' in query))
      setTimeout(() => asked.destroy(), MOMENT);
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    const answer = await once(asked, 'response').then(
      ([response]: IncomingMessage[]) => response,
      (error: unknown) => {
        if (String(error).includes('timeout')) judge.find('no answer', [number], `${method} ${address}`);
        judge.count(`cut: ${String(error)}`);
      },
    );
    if (answer === undefined) return;
    judge.answered(number, answer.statusCode ?? 0, `${method} ${address}`);
    const { location } = answer.headers;
    const made = /^\/room\/([0-9a-f]{24})$/.exec(location ?? '')?.[1];
    if (method === 'POST' && path.length === 1 && made !== undefined) world.noteRoom(made);
    const sent = `${address} ${JSON.stringify(all)} ${encoded?.bytes.toString() ?? ''}`;
    judge.received(number, Buffer.from(answer.rawHeaders.join('\n')), sent);
    judge.received(number, decode(await read(answer), answer.headers['content-encoding']), sent);
  }

  async function event(
    number: number,
    { person, namespace, event: name, args, hasAck }: Of<'event'>,
  ): Promise<void> {
    const socket = world.people[person]?.socket(namespace);
    if (socket === undefined) return;
    if (!socket.connected)
      await Promise.race([heard(socket, 'connect'), wait(namespace === '/chat' ? PATIENCE : MOMENT)]);
    if (!socket.connected) {
      // The lab has few seats for one person, and inputs may have taken them.
      if (namespace === '/chat') judge.find('no answer', [number], 'a socket that behaves does not connect');
      judge.count('not sent, as the lab was full');
      return;
    }
    const payload = args.map((arg) => resolvedIn(arg, person));
    if (!hasAck) {
      socket.emit(name, ...payload);
      judge.count('events without an ack');
      await wait(1);
      return;
    }
    await socket
      .timeout(PATIENCE)
      .emitWithAck(name, ...payload)
      .then(
        (answer: unknown) => {
          judge.acked(number, answer);
          const [target] = payload;
          const room: unknown = typeof target === 'string' ? target : Object(target).room;
          if (name === 'join' && Object(answer).ok === true) world.noteHere(person, String(room));
        },
        (error: unknown) => {
          if (socket.connected && String(error).includes('timed out'))
            judge.find('no answer', [number], `${namespace} ${name}`);
          judge.count(`acked never: ${String(error)}`);
        },
      );
  }

  async function tcp(number: number, { bytes, ends }: Of<'tcp'>): Promise<void> {
    const sent = world.resolve(bytes);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => chunks.push(chunk));
    const isOver = heard(socket, 'close');
    socket[ends ? 'end' : 'write'](Buffer.from(sent, 'latin1'));
    await Promise.race([isOver, wait(MOMENT)]);
    socket.destroy();
    const received = Buffer.concat(chunks);
    for (const [, status] of received.toString('latin1').matchAll(/HTTP\/1\.[01] (\d{3})/g))
      judge.answered(number, Number(status), JSON.stringify(sent));
    judge.received(number, received, sent);
  }

  async function frames(number: number, input: Of<'frames'>): Promise<void> {
    const path = world.resolve(input.path);
    const socket = new WebSocket(`ws://${hostname}:${port}${path}`, {
      headers: resolved({ cookie: input.cookie }),
    });
    const isOver = heard(socket, 'close');
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => judge.received(number, data));
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      judge.answered(number, statusCode, path);
      socket.terminate();
    });
    socket.on('open', () => {
      judge.count('WebSockets of noise');
      for (const frame of input.frames) socket.send(typeof frame === 'string' ? world.resolve(frame) : frame);
    });
    await Promise.race([isOver, wait(MOMENT)]);
    socket.terminate();
  }

  function resolved(headers: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, world.resolve(value)]));
  }

  /** The same value with the present meaning of each word. */
  function resolvedIn(value: unknown, person = 0): unknown {
    if (typeof value === 'string') return world.resolve(value, person);
    if (Array.isArray(value)) return value.map((one) => resolvedIn(one, person));
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolvedIn(one, person)]));
  }

  function addressOf(path: string[], query: Record<string, unknown>): string {
    const pairs = Object.entries(query).map(
      ([name, value]) => `${escaped(name)}=${escaped(world.resolve(textOf(value)))}`,
    );
    return `/${path.map(escaped).join('/')}${pairs.length === 0 ? '' : '?'}${pairs.join('&')}`.slice(
      0,
      60_000,
    );
  }

  function encode(body: Body | undefined): { type: string; bytes: Buffer } | undefined {
    if (body === undefined) return undefined;
    if ('json' in body)
      return {
        type: 'application/json',
        bytes: Buffer.from(textOf(body.json === undefined ? null : resolvedIn(body.json))),
      };
    if ('text' in body)
      return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(body.text, 'latin1') };
    if ('form' in body) {
      const form = new URLSearchParams(
        Object.entries(body.form).map(([name, value]) => [name, textOf(value)]),
      );
      return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(form.toString()) };
    }
    const parts = body.parts.map(({ name, file, content }) => {
      const filename = file === undefined ? '' : `; filename="${file}"`;
      const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${filename}\r\n\r\n`;
      return Buffer.concat([Buffer.from(head), Buffer.from(content, 'latin1'), Buffer.from('\r\n')]);
    });
    return {
      type: `multipart/form-data; boundary="${BOUNDARY}"`,
      bytes: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    };
  }

  return {
    send(number: number, input: Input): Promise<void> {
      if (input.door === 'http') return http(number, input);
      if (input.door === 'event') return event(number, input);
      return input.door === 'tcp' ? tcp(number, input) : frames(number, input);
    },
    close: () => agent.destroy(),
  };
}

/** Reads an answer until it ends; one that has no end, for a moment. */
async function read(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const isEndless = answer.headers['content-type']?.startsWith('text/event-stream');
  const timer = setTimeout(() => answer.destroy(), isEndless ? MOMENT : PATIENCE);
  answer.on('error', () => undefined);
  answer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) answer.destroy();
  });
  await new Promise((resolve) => answer.once('close', resolve));
  clearTimeout(timer);
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, encoding: string | undefined): Buffer {
  if (bytes.length === 0) return bytes;
  const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
  if (encoding === 'gzip') return zlib.gunzipSync(bytes, options);
  if (encoding === 'deflate') return zlib.inflateSync(bytes, options);
  return encoding === 'br'
    ? zlib.brotliDecompressSync(bytes, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH })
    : bytes;
}

/** A plain text goes as it is, with whatever it means in an address. */
function escaped(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
