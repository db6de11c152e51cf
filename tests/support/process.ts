/** One of several processes on a store: the program's own services and telling, but with sockets that the test makes. */
import { createServices } from '../../src/services';
import { PACE, type News } from '../../src/services/change-room';
import type { Moment } from './rules';
import type { WhyOut } from '../../src/rules/hearers';
import { createTelling } from '../../src/sockets/telling';
import type { Store } from '../../src/stores/store';
import type { RoomSummary } from '../../src/types/events';
import { ROOMY } from './values';

interface Options {
  store: Store;
  uploadsDir: string;
  now: () => number;
  graces: Pick<Moment, 'reconnectGrace' | 'emptyRoomGrace'>;
  /** How long a person waits for an answer, in ms. */
  patience: number;
  changed: (news: News) => void;
}

/** A socket of the test, and everything that was sent to it. */
interface TestSocket {
  id: string;
  userId: string;
  /** Whether it is connected; afterwards nothing is sent to it. */
  isOpen: boolean;
  isIn: boolean;
  /** `heard` are the numbers of the chats that were sent to it; `skipped`, up to which numbers it was told to skip. */
  heard: number[];
  skipped: number[];
  /** The number of the last chat that the answer to its join contained. */
  joinedAt?: number;
  out?: WhyOut;
}

export type Process = Awaited<ReturnType<typeof createProcess>>;

export async function createProcess({ store: given, uploadsDir, now, graces, patience, changed }: Options) {
  // Several of these processes share one store, so none may take the short cuts of a process that is alone.
  const services = createServices(
    { ...given, exclusive: false },
    {
      ...{ uploadsDir, ...graces, ...ROOMY, rateLimits: false },
      pace: { ...PACE, turn: 0, firstPause: 1, longestPause: 4, patience },
      clock: { now, set: () => undefined },
    },
  );
  const { rooms, history, node } = services;
  const sockets = new Map<string, TestSocket>();
  /** All sockets that were ever opened, also those that are closed now. */
  const everSockets: TestSocket[] = [];
  /** What the list of rooms was told last, for each room. */
  const listed = new Map<string, Pick<RoomSummary, 'count' | 'owner'> | 'removed'>();
  const list = {
    created: (room: RoomSummary) => void listed.set(room._id, room),
    counted: (room: Pick<RoomSummary, '_id' | 'count' | 'owner'>) => void listed.set(room._id, room),
    removed: (roomId: string) => void listed.set(roomId, 'removed'),
  };
  const hearing = () => [...sockets.values()].filter(({ isIn }) => isIn);
  const telling = createTelling({
    hall: {
      socketsOf: () => [...sockets.values()],
      isHeard: () => hearing().length > 0,
      takeIn(id) {
        const socket = sockets.get(id);
        if (socket !== undefined) socket.isIn = true;
      },
      putOut(id, _, why) {
        const socket = sockets.get(id);
        if (socket !== undefined) socket.out = why;
        forget(id);
      },
      say(_, said) {
        for (const { heard } of hearing()) heard.push(...said.map(({ seq }) => seq));
      },
      skip(_, seq) {
        for (const { skipped } of hearing()) skipped.push(seq);
      },
    },
    ...{ node, rooms, history, list: services.list },
    retryAfter: 1,
  });
  let roomId = '';
  services.subscribe({
    ...list,
    changed(news) {
      changed(news);
      telling.changed(news);
    },
    gone: telling.gone,
    whispered: () => undefined,
    typed: () => undefined,
    held: () => [...sockets.values()].map(({ id, userId }) => ({ roomId, userId, socketId: id })),
  });
  await services.list.look();
  await node.start(() =>
    rooms.enterAgain([...sockets.values()].map(({ id, userId }) => ({ roomId, userId, socketId: id }))),
  );

  function forget(id: string): void {
    const socket = sockets.get(id);
    if (socket === undefined) return;
    Object.assign(socket, { isOpen: false, isIn: false });
    sockets.delete(id);
  }

  return {
    ...services,
    telling,
    sockets,
    everSockets,
    listed,
    forget,
    /** Says in which room all its sockets are. */
    useRoom(id: string): void {
      roomId = id;
    },
    openSocket(id: string, userId: string): TestSocket {
      const socket: TestSocket = { id, userId, isOpen: true, isIn: false, heard: [], skipped: [] };
      sockets.set(id, socket);
      everSockets.push(socket);
      return socket;
    },
    /** The id of the person's first socket on this process. */
    socketOf: (userId: string) => [...sockets.values()].find((socket) => socket.userId === userId)?.id,
    async stop(): Promise<void> {
      await Promise.all([services.changer.stop(), services.sweeper.stop()]);
      await node.stop();
      await given.nodes.forget(node.id());
    },
  };
}
