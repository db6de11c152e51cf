/**
 * How many rooms a person and an address may have open at the same time, so that nobody fills the list. It counts rooms
 * that were created through this process since it started.
 */
import type { Payer } from './limits';
import { Refusal } from '../rules/refusal';
import type { Store } from '../stores/store';

/** Rooms of an address. A whole school class may share one address, and each student makes a room or two. */
const ROOMS_OF_ADDRESS = 200;
/**
 * Rooms of an address in which nobody has a place. The creator of a new room has one for 30 s, so that a class can create its
 * rooms in the same second.
 */
const EMPTY_OF_ADDRESS = 20;

/** The person who creates a room. */
type Creator = Payer & { id: string };

export interface RoomQuota {
  /** @throws Refusal TOO_MANY_ROOMS if the person, or their address, has too many rooms. */
  need(who: Creator): Promise<void>;
  /** This person created a room. */
  add(roomId: string, who: Creator): void;
  /** The room was closed. */
  remove(roomId: string): void;
}

/** For a server whose limits are off: everybody may create rooms. */
export const NO_QUOTA: RoomQuota = {
  need: () => Promise.resolve(),
  add: () => undefined,
  remove: () => undefined,
};

/** @param emptyOfPerson how many open rooms a person may have that nobody has entered, or that all have left. */
export function createRoomQuota(store: Pick<Store, 'rooms'>, emptyOfPerson: number): RoomQuota {
  const creators = new Map<string, Creator>();
  const byAddress = new Map<string, Set<string>>();

  function remove(roomId: string): void {
    const { address = '' } = creators.get(roomId) ?? {};
    creators.delete(roomId);
    const rooms = byAddress.get(address);
    rooms?.delete(roomId);
    if (rooms?.size === 0) byAddress.delete(address);
  }

  return {
    remove,
    add(roomId, who) {
      creators.set(roomId, who);
      byAddress.set(who.address, (byAddress.get(who.address) ?? new Set()).add(roomId));
    },
    async need(who) {
      const own = [...(byAddress.get(who.address) ?? [])];
      const found = await Promise.all(own.map(async (id) => ({ id, room: await store.rooms.get(id) })));
      // Another process may have closed a room, and nobody told us.
      for (const { id, room } of found) if (room?.closedAt !== null) remove(id);
      const open = found.filter(({ room }) => room?.closedAt === null);
      const empty = open.filter(({ room }) => room?.count === 0);
      // A person cannot enter several rooms at once by hand. So for the person, a place that is only kept does not count.
      const unused = open.filter(
        ({ id, room }) => creators.get(id)?.id === who.id && !room?.people.some(({ entered }) => entered),
      );
      const isTooMany =
        open.length >= ROOMS_OF_ADDRESS || empty.length >= EMPTY_OF_ADDRESS || unused.length >= emptyOfPerson;
      if (isTooMany) throw new Refusal('TOO_MANY_ROOMS');
    },
  };
}
