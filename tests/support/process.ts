/** One process of several over a store, without its doors: the services as they are wired, and the sockets it holds. */
import { randomUUID } from 'node:crypto';
import { createRoomChanger, PACE, type News } from '../../src/services/change-room';
import { createChats } from '../../src/services/chats';
import { createGifs } from '../../src/services/gifs';
import { createLimits } from '../../src/services/limits';
import { createNode } from '../../src/services/nodes';
import { createRooms } from '../../src/services/rooms';
import { createSweeper } from '../../src/services/sweeper';
import { enter, type Moment } from '../../src/rules/room';
import { refusing } from '../../src/stores/refusing';
import type { Store } from '../../src/stores/store';
import type { Room } from '../../src/types/room';

interface Options {
  store: Store;
  uploadsDir: string;
  now: () => number;
  graces: Pick<Moment, 'reconnectGrace' | 'emptyRoomGrace'>;
  /** How long a person waits for an answer, in ms. */
  patience: number;
  committed: (news: News) => void;
  removed: (roomId: string) => void;
}

export type Process = ReturnType<typeof createProcess>;

export function createProcess({ uploadsDir, now, graces, patience, committed, removed, ...given }: Options) {
  const store = refusing(given.store);
  const clock = { now, set: () => undefined };
  const node = createNode();
  const limits = createLimits(false);
  const gifs = createGifs(uploadsDir, store);
  /** Its sockets, by id: whose each is. */
  const sockets = new Map<string, { userId: string }>();
  /** Those that hear the room. */
  const hearing = new Set<string>();
  let known: number | undefined;
  const changer = createRoomChanger({
    store,
    clock,
    node,
    graces,
    pace: { ...PACE, beat: 0, firstPause: 1, longestPause: 4, patience },
    listener: {
      committed(news) {
        committed(news);
        hear(news);
        if (news.before.closedAt === null && news.room.closedAt !== null) sweeper.clearSoon(news.room);
      },
      seen(_, room) {
        if (room !== undefined) hear({ before: room, room });
      },
      behind: () => undefined,
    },
  });
  const sweeper = createSweeper({ store, clock, graces, changer, gifs, tellRemoved: removed });
  const rooms = createRooms({
    ...{ store, clock, graces, node, changer, gifs, limits },
    nodes: { isAlive: () => true },
    tellCreated: () => undefined,
  });
  const passing = { whispered: () => undefined, typed: () => undefined };
  const chats = createChats({ store, clock, node, changer, rooms, gifs, limits, passing });

  /** As the notifier does: it looks at places when they changed, by us or by what we did not hear. */
  function hear({ before, room }: Pick<News, 'before' | 'room'>): void {
    const isAllHeard = known === undefined || known === before.version;
    if (!isAllHeard || before.people !== room.people) match(room);
    known = hearing.size === 0 ? undefined : room.version;
  }

  /** Who has no place hears no more, who has one hears, and a place without its socket is given up. */
  function match(room: Room): void {
    const placed = placedIn(room);
    for (const id of hearing) if (!placed.has(id)) forget(id);
    for (const id of placed) {
      if (sockets.has(id)) hearing.add(id);
      else void rooms.drop(room._id, id);
    }
  }

  function placedIn({ people }: Room): Set<string> {
    const own = people.flatMap((person) => person.sockets.filter((socket) => socket.node === node.id));
    return new Set(own.map(({ id }) => id));
  }

  function forget(id: string): void {
    hearing.delete(id);
    sockets.delete(id);
  }

  return {
    changer,
    sweeper,
    rooms,
    chats,
    sockets,
    forget,
    get id() {
      return node.id;
    },
    /** The first of somebody's sockets here. */
    socketOf: (userId: string) => [...sockets].find(([, socket]) => socket.userId === userId)?.[0],
    /** The others took it for dead: a new name, and every socket that it still holds enters again. */
    async beBornAgain(roomId: string): Promise<void> {
      node.id = randomUUID();
      const comeBack = ([id, { userId }]: [string, { userId: string }]) =>
        changer.changeAlways(roomId, {
          apply(room, at) {
            const entered = enter(room, userId, { node: node.id, id }, at);
            return 'refused' in entered ? entered : { ...entered, answer: undefined };
          },
        });
      await Promise.all([...sockets].map(comeBack));
    },
    async stop(): Promise<void> {
      await Promise.all([changer.stop(), sweeper.stop()]);
    },
  };
}
