/**
 * The backlog: packets that wait in our memory because a client reads slowly, or not at all. A connection is cut off if too
 * many bytes wait for it, or if nothing of its backlog moves for too long; and the slowest connections are cut off if too many
 * bytes wait for all of them together. When a client that was cut off connects again, it fetches the chats that it missed.
 *
 * The operating system takes up to some megabytes for a connection before anything waits in this process, and passes them
 * on in large steps that we do not see. So we send milestones between the packets: pings of the WebSocket protocol with random
 * data, to which every client answers with the same data (a pong). A client can only answer after it has read all before it.
 */
import { randomBytes } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Server } from 'socket.io';
import { cutOff, webSocketOf, type Connection } from './cut-off';
import { logger } from '../logger';

/** How much may wait for one connection, in bytes. The longest answer, which is that to a join, has about 100 KiB. */
const MAX_WAITING = 512 * 1_024;
/** How often we look at connections that have a backlog, in ms. */
const LOOK_EVERY = 1_000;
/** How many looks in a row may find that nothing moved. Then the connection is cut off. */
const MAX_IDLE_LOOKS = 10;
/**
 * How many bytes are between two milestones: SPARSE if all milestones were answered, otherwise DENSE. A phone that reads 20 kB
 * in a second passes a dense one every 2 s, and reaches the first one within 8 s, even behind a packet of 64 KiB. Clients with
 * fast lines answer at once, so that they get only sparse milestones, which cost little.
 */
const SPARSE = 96 * 1_024;
const DENSE = 32 * 1_024;
/** No more milestones than this are open. They are 16 MB of packets, which is more than the system ever holds for a client. */
const MAX_MILESTONES = 512;
/** How many bytes of the answer to a poll the slowest phone reads between two looks. Such an answer has no milestones. */
const SLOWEST_READ = 20_000;

export interface Backlog {
  /** Resolves when the client has read everything that was sent to it so far, or when its connection has ended. */
  read(connection: Connection): Promise<void>;
  stop(): void;
}

interface Packet {
  data?: unknown;
  options?: { wsPreEncodedFrame?: readonly Buffer[] };
}

/** What we know of one connection. All sizes are in bytes. */
interface Line {
  connection: Connection;
  /** How much waits in the buffer of engine.io. */
  queued: number;
  /** The answers to polls that the operating system has not taken yet, with their sizes. */
  answers: Map<ServerResponse, number>;
  /** The poll that waits for an answer. */
  poll: ServerResponse | undefined;
  /** How much was sent after the last milestone. */
  unmarked: number;
  /** The milestones that the client has not answered yet, the oldest first. */
  milestones: { data: Buffer; onRead?: () => void }[];
  /** How much was ever given to this connection to send, and how much of it had left this process at the last look. */
  created: number;
  left: number;
  /** How much waited when we last counted. */
  waiting: number;
  /** How many looks in a row found that nothing moved. It is negative while a client may take longer than a look. */
  idleLooks: number;
}

/**
 * Bounds the backlog of all connections. Must be called once, before the first client connects.
 * @param budget how much may wait for all connections together, in bytes. If more waits, the slowest are cut off.
 */
export function boundBacklog(engine: Server['engine'], budget = quarterOfMemory()): Backlog {
  const lines = new Map<Connection, Line>();
  const bySid = new Map<string, Line>();
  /** The connections that have a backlog. In a quiet room, no connection has one. */
  const watched = new Set<Line>();
  /** The connections that are to be counted at the end of this tick. */
  const uncounted = new Set<Line>();
  /** How much waits for all connections together. */
  let total = 0;

  engine.use(
    (request: IncomingMessage & { _query: Record<string, string> }, response: object, next: () => void) => {
      const line = bySid.get(request._query['sid'] ?? '');
      if (line && request.method === 'GET' && response instanceof ServerResponse) line.poll = response;
      next();
    },
  );

  engine.on('connection', (connection: Connection) => {
    const line = newLine(connection);
    const { sid } = connection.transport;
    lines.set(connection, line);
    bySid.set(sid, line);
    hearPongs(line);
    connection.on('upgrade', () => {
      hearPongs(line);
    });
    connection.on('packetCreate', (packet: Packet) => {
      const bytes = bytesOf(packet);
      line.created += bytes;
      line.queued += bytes;
      if (!connection.transport.writable) countSoon(line);
    });
    connection.on('flush', () => {
      if (webSocketOf(connection) === undefined) answerPoll(line);
      else line.unmarked += line.queued;
      line.queued = 0;
    });
    connection.on('drain', () => {
      const webSocket = webSocketOf(connection);
      const open = line.milestones.length;
      if (line.unmarked >= (open === 0 ? SPARSE : DENSE) && open < MAX_MILESTONES) mark(line);
      if (webSocket === undefined ? line.answers.size > 0 : webSocket.bufferedAmount > 0) countSoon(line);
    });
    connection.on('close', () => {
      line.queued = 0;
      lines.delete(connection);
      bySid.delete(sid);
      for (const { onRead } of line.milestones.splice(0)) onRead?.();
      // The system may not have taken the last packets yet, so the line is watched until it has.
      if (watched.has(line)) countSoon(line);
    });
  });

  function hearPongs(line: Line): void {
    webSocketOf(line.connection)?.on('pong', (data: Buffer) => {
      const index = line.milestones.findIndex((milestone) => milestone.data.equals(data));
      if (index >= 0) line.idleLooks = 0;
      for (const { onRead } of line.milestones.splice(0, index + 1)) onRead?.();
    });
  }

  function mark(line: Line, onRead?: () => void): void {
    const data = randomBytes(8);
    line.unmarked = 0;
    line.milestones.push({ data, ...(onRead && { onRead }) });
    webSocketOf(line.connection)?.ping(data);
  }

  /** Everything that waited in engine.io for this connection becomes the answer to its poll. */
  function answerPoll(line: Line): void {
    const { poll, queued } = line;
    if (poll === undefined) return;
    line.answers.set(poll, queued);
    line.idleLooks = -Math.ceil(queued / SLOWEST_READ);
    poll.once('close', () => line.answers.delete(poll));
  }

  /**
   * Within one tick, packets may wait in engine.io that the system takes at the end of the tick. They are no backlog, so we
   * count when the tick is over.
   */
  function countSoon(line: Line): void {
    if (uncounted.size === 0) setImmediate(countAll);
    uncounted.add(line);
  }

  function countAll(): void {
    for (const line of uncounted) count(line);
    uncounted.clear();
  }

  function count(line: Line): void {
    const waiting = waitingFor(line);
    total += waiting - line.waiting;
    line.waiting = waiting;
    if (waiting === 0) forget(line);
    else if (waiting > MAX_WAITING) end(line);
    else {
      if (!watched.has(line)) {
        line.left = line.created - waiting;
        line.idleLooks = Math.min(line.idleLooks, 0);
        watched.add(line);
      }
      if (total > budget) endSlowest();
    }
  }

  function forget(line: Line): void {
    total -= line.waiting;
    line.waiting = 0;
    watched.delete(line);
  }

  function end(line: Line): void {
    logger.warn('a connection that reads too slowly is cut off');
    forget(line);
    for (const answer of line.answers.keys()) answer.destroy();
    cutOff(line.connection);
    forget(line);
  }

  /** Ends the slowest connections until a quarter of the budget is free, so that we need not do it for every packet. */
  function endSlowest(): void {
    const slowest = [...watched].sort((a, b) => b.idleLooks - a.idleLooks || b.waiting - a.waiting);
    for (const line of slowest) {
      if (total <= 0.75 * budget) break;
      end(line);
    }
  }

  function look(): void {
    for (const line of [...watched]) {
      count(line);
      const left = line.created - line.waiting;
      line.idleLooks = left > line.left ? Math.min(line.idleLooks, 0) : line.idleLooks + 1;
      line.left = left;
      // We count looks, not seconds: while this process itself stands still, its clients can do nothing about it.
      if (watched.has(line) && line.idleLooks >= MAX_IDLE_LOOKS) end(line);
    }
  }

  const looking = setInterval(look, LOOK_EVERY).unref();
  return {
    async read(connection) {
      const line = lines.get(connection);
      if (line === undefined) return;
      if (webSocketOf(connection) !== undefined) {
        await new Promise<void>((resolve) => {
          mark(line, resolve);
        });
      } else {
        // A client polls again when it has read the answer to its last poll.
        if (line.queued > 0) await nextPoll(connection);
        if (!connection.transport.writable) await nextPoll(connection);
      }
    },
    stop() {
      clearInterval(looking);
    },
  };
}

function newLine(connection: Connection): Line {
  const sizes = { queued: 0, unmarked: 0, created: 0, left: 0, waiting: 0 };
  return { connection, ...sizes, answers: new Map(), poll: undefined, milestones: [], idleLooks: 0 };
}

/** Resolves at the next poll, or when the connection polls no more. */
function nextPoll(connection: Connection): Promise<void> {
  const { transport } = connection;
  return new Promise((resolve) => {
    function done(): void {
      transport.off('ready', done);
      connection.off('upgrade', done);
      connection.off('close', done);
      resolve();
    }
    transport.on('ready', done);
    connection.on('upgrade', done);
    connection.on('close', done);
  });
}

/** How many bytes wait in this process: in engine.io, in the websocket, and in the answers to polls. */
function waitingFor({ connection, queued, answers }: Line): number {
  const webSocket = webSocketOf(connection);
  const isOpen = webSocket !== undefined && webSocket.readyState !== webSocket.CLOSED;
  let waiting = queued + (isOpen ? webSocket.bufferedAmount : 0);
  for (const bytes of answers.values()) waiting += bytes;
  return waiting;
}

/** The size of a packet as it goes out. A packet for a whole room is encoded already. In others, the type takes one byte more. */
function bytesOf({ data, options }: Packet): number {
  const frame = options?.wsPreEncodedFrame;
  if (frame !== undefined) return frame.reduce((sum, { length }) => sum + length, 0);
  if (typeof data === 'string') return Buffer.byteLength(data) + 1;
  return Buffer.isBuffer(data) ? data.length : 1;
}

/** A quarter of the memory that this process may use, in bytes: the limit of V8's heap, or of the container if it is less. */
function quarterOfMemory(): number {
  // Without a container's limit, this is 0, undefined, or more than there is.
  const container = process.constrainedMemory() || Infinity;
  return Math.min(getHeapStatistics().heap_size_limit, container, totalmem()) / 4;
}
