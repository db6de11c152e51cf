/** All services over one store, wired once. What is to be told to sockets goes to `tell`. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRoomChanger, type News } from './change-room';
import { createChats, type Passing } from './chats';
import { createClock } from './clock';
import { createGifs } from './gifs';
import { createLimits } from './limits';
import { createNode, createNodes, type Held } from './nodes';
import { createRoomList } from './room-list';
import { createRooms } from './rooms';
import { createSweeper } from './sweeper';
import { createWatch } from './watch';
import { Refusal } from '../rules/refusal';
import { refusing } from '../stores/refusing';
import type { Store } from '../stores/store';
import type { RoomSummary } from '../types/events';
import type { Room } from '../types/room';

/** What the sockets hear from the services. */
export interface Tell extends Passing {
  created: (room: RoomSummary) => void;
  removed: (roomId: string) => void;
  /** How many people are in a room of the list, and who owns it, by now. */
  counted: (room: RoomSummary) => void;
  committed: (news: News) => void;
  /** What a room is by now, which others may have changed; undefined when it is gone. */
  seen: (roomId: string, room: Room | undefined) => void;
  behind: (room: Room) => void;
  /** The rooms that our sockets hear, by the version that they know. */
  known: () => ReadonlyMap<string, number>;
  /** The sockets of this process that have a place. */
  held: () => Held[];
}

export interface ServiceOptions {
  uploadsDir: string;
  /** Milliseconds that a dropped connection keeps its place, and that an empty room waits. */
  reconnectGrace: number;
  emptyRoomGrace: number;
  rateLimits: boolean;
}

/** Whoever asks whether we are well will not wait for long, in ms. */
const PING_PATIENCE = 2_000;

export type Services = ReturnType<typeof createServices>;

export function createServices(given: Store, options: ServiceOptions, tell: Tell) {
  const store = refusing(given);
  const { reconnectGrace, emptyRoomGrace } = options;
  const graces = { reconnectGrace, emptyRoomGrace };
  const clock = createClock();
  const node = createNode();
  const limits = createLimits(options.rateLimits);
  const gifs = createGifs(options.uploadsDir, store);
  const changer = createRoomChanger({
    store,
    clock,
    node,
    graces,
    listener: {
      committed(news) {
        tell.committed(news);
        if (news.before.closedAt === null && news.room.closedAt !== null) sweeper.clearSoon(news.room);
      },
      seen: tell.seen,
      behind: tell.behind,
    },
  });
  const list = createRoomList({ store, tell });
  const sweeper = createSweeper({ store, clock, graces, changer, gifs, tellRemoved: list.removed });
  const nodes = createNodes({ store, clock, node, changer, held: tell.held });
  const watch = createWatch({ store, changer, nodes, known: tell.known });
  const rooms = createRooms({
    store,
    clock,
    graces,
    node,
    nodes,
    changer,
    gifs,
    limits,
    tellCreated: list.created,
  });
  const chats = createChats({ store, clock, node, changer, rooms, gifs, limits, passing: tell });

  return {
    rooms,
    chats,
    gifs,
    limits,
    /** This process's id among the nodes. */
    node: node as { readonly id: string },
    isAlive: nodes.isAlive,
    healed: nodes.healed,
    /** Resolves when the store answers; rejects when it does not within 2 s. */
    ping: () => Promise.race([store.ping(), wait(PING_PATIENCE, undefined, { ref: false }).then(tooLate)]),
    /** Begins to heal what an earlier process left; what time does to a room waits behind its healing. */
    async start() {
      await gifs.start();
      await nodes.start();
      sweeper.start();
      if (store.exclusive) return;
      watch.start();
      list.start();
    },
    /** Nothing new is taken; what is under way is finished, and others may take our sockets out at once. */
    async stop() {
      gifs.stop();
      watch.stop();
      list.stop();
      await Promise.all([changer.stop(), sweeper.stop()]);
      await nodes.stop();
    },
  };
}

function tooLate(): never {
  throw new Refusal('UNAVAILABLE');
}
