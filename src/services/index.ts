/** Creates all services for one store. Services do not know sockets; the sockets subscribe to the services. */
import { createRoomChanger, type News, type Pace } from './change-room';
import { createChats } from './chats';
import { createHistory } from './history';
import { createClock, type Clock } from './clock';
import { createGifs } from './gifs';
import { healAfterRestart } from './healing';
import { createHealth } from './health';
import { noteChats, noteWhisper } from './journal';
import { createLimits } from './limits';
import { NOBODY, type Listener } from './listener';
import { createOtherNodes } from './other-nodes';
import { createOwnNode, type SignPace } from './own-node';
import type { PasswordCost } from './passwords';
import { createRoomList } from './room-list';
import { createRoomQuota, NO_QUOTA } from './room-quota';
import { createRooms } from './rooms';
import { createSpace } from './space';
import { createSweeper } from './sweeper';
import { gifFolder } from '../stores/gif-files';
import { neverOlder } from '../stores/never-older';
import { refusing } from '../stores/refusing';
import type { Store } from '../stores/store';

export interface ServiceOptions {
  uploadsDir: string;
  /** In ms: how long a place is kept after a connection dropped, and how long an empty room waits. */
  reconnectGrace: number;
  emptyRoomGrace: number;
  rateLimits: boolean;
  /** By how much every limit of how often people may do things is multiplied. */
  limitsFactor: number;
  /** The folder of the embedded database. */
  dataDir: string;
  /** Three bounds, in bytes: of a room, of what is written from an address in an hour, and of all GIFs together. */
  roomBytes: number;
  addressBytesPerHour: number;
  uploadsBytes: number;
  /** How many open rooms a person may have that nobody has entered, or that all have left. */
  emptyRoomMax: number;
  /** For tests: other pauses, passwords that cost less, and another clock. */
  pace?: Pace;
  signPace?: SignPace;
  sweepEvery?: number;
  passwordCost?: PasswordCost | undefined;
  clock?: Clock;
}

export type Services = ReturnType<typeof createServices>;

/** Nothing runs before `start`. */
export function createServices(given: Store, options: ServiceOptions) {
  const store = refusing(neverOlder(given));
  const { reconnectGrace, emptyRoomGrace, roomBytes, clock = createClock() } = options;
  const graces = { reconnectGrace, emptyRoomGrace, roomBytes };
  let listener = NOBODY;
  let healed = Promise.resolve();

  const node = createOwnNode({ store, clock, ...(options.signPace && { pace: options.signPace }) });
  const limits = createLimits(options.rateLimits ? options.limitsFactor : 0);
  const files = gifFolder(options.uploadsDir);
  const { uploadsDir, dataDir } = options;
  const folders = store.exclusive ? [uploadsDir, dataDir] : [uploadsDir];
  const space = createSpace({ files, folders, bounds: options });
  const gifs = createGifs(files, store, space);
  const health = createHealth({ store, node, files });
  const changer = createRoomChanger({
    store,
    clock,
    nodeId: node.id,
    graces,
    listener: { changed, gone: (roomId) => listener.gone(roomId) },
    ...(options.pace && { pace: options.pace }),
  });
  const quota = options.rateLimits ? createRoomQuota(store, options.emptyRoomMax) : NO_QUOTA;
  const list = createRoomList({
    store,
    listener: {
      created: (room) => listener.created(room),
      removed(roomId) {
        quota.remove(roomId);
        listener.removed(roomId);
      },
      counted: (room) => listener.counted(room),
    },
  });
  const sweeper = createSweeper({
    ...{ store, clock, graces, changer, gifs, onRemoved: list.removed },
    ...(options.sweepEvery && { pause: options.sweepEvery }),
  });
  const others = createOtherNodes({ store, node, changer });
  const rooms = createRooms({
    store,
    clock,
    graces,
    node,
    others,
    changer,
    gifs,
    limits,
    space,
    quota,
    passwordCost: options.passwordCost,
    onCreated: list.created,
  });
  const history = createHistory({ store, rooms, limits });
  const chats = createChats({
    ...{ clock, node, others, changer, rooms, gifs, limits, space },
    passing: {
      whispered(sockets, whisper) {
        noteWhisper(whisper);
        listener.whispered(sockets, whisper);
      },
      typed: (...state) => listener.typed(...state),
    },
  });

  function changed(news: News): void {
    noteChats(news.said);
    listener.changed(news);
    const { closedAt, version, peopleVersion } = news.room;
    const hasJustClosed = closedAt !== null && peopleVersion === version;
    if (hasJustClosed) sweeper.clearSoon(news.room);
  }

  return {
    rooms,
    chats,
    history,
    gifs,
    limits,
    list,
    changer,
    sweeper,
    /** This process among the others. */
    node,
    /** From now on this listener is called, and no other. */
    subscribe(to: Listener): void {
      listener = to;
    },
    /** Resolves when all rooms are healed after a restart, or when the program stops. */
    healed: () => healed,
    health,
    /** Starts all services. Healing is queued before the sweeper starts, so time changes a room only after its healing. */
    async start(): Promise<void> {
      await gifs.start();
      await space.start();
      await node.start(() => rooms.enterAgain(listener.held()));
      if (store.exclusive) healed = (await healAfterRestart({ store, node, changer })).done;
      else {
        await others.start();
        list.start();
      }
      sweeper.start();
    },
    /**
     * Takes no new work and finishes the work that has begun. Then other processes may free our sockets' places at once.
     */
    async stop(): Promise<void> {
      await Promise.all([gifs.stop(), space.stop(), list.stop(), changer.stop(), sweeper.stop()]);
      await Promise.all([others.stop(), healed]);
      await node.stop();
    },
  };
}
