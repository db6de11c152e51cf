/** All services over one store, wired once. What is to be told to sockets goes to `tell`. */
import { createRoomChanger, type News } from './change-room';
import { createChats, type Passing } from './chats';
import { createClock } from './clock';
import { createGifs } from './gifs';
import { createLimits } from './limits';
import { createNode, createNodes, type Held } from './nodes';
import { createRooms } from './rooms';
import { createSweeper } from './sweeper';
import { refusing } from '../stores/refusing';
import type { Store } from '../stores/store';
import type { RoomSummary } from '../types/events';
import type { Room } from '../types/room';

/** What the sockets hear from the services. */
export interface Tell extends Passing {
  created(room: RoomSummary): void;
  removed(roomId: string): void;
  committed(news: News): void;
  behind(room: Room): void;
  /** The sockets of this process that have a place. */
  held(): Held[];
}

export interface ServiceOptions {
  uploadsDir: string;
  /** Milliseconds that a dropped connection keeps its place, and that an empty room waits. */
  reconnectGrace: number;
  emptyRoomGrace: number;
  rateLimits: boolean;
}

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
      behind: tell.behind,
    },
  });
  const sweeper = createSweeper({ store, clock, changer, gifs, tellRemoved: tell.removed });
  const nodes = createNodes({ store, clock, node, changer, held: tell.held });
  const rooms = createRooms({ store, clock, graces, node, nodes, changer, gifs, limits, tellCreated: tell.created });
  const chats = createChats({ store, clock, changer, rooms, gifs, limits, passing: tell });

  return {
    rooms,
    chats,
    gifs,
    limits,
    /** This process's id among the nodes. */
    node: node as { readonly id: string },
    /** Resolves when the store answers. */
    ping: () => store.ping(),
    /** Heals what an earlier process left, then lets time do its work. */
    async start() {
      await gifs.start();
      await nodes.start();
      sweeper.start();
    },
    /** Nothing new is taken; what is under way is finished, and others may take our sockets out at once. */
    async stop() {
      gifs.stop();
      await Promise.all([changer.stop(), sweeper.stop()]);
      await nodes.stop();
    },
  };
}
