/**
 * Repairs rooms after a restart on the embedded store. Only one process uses that store, so all sockets of earlier
 * processes are gone, and the places that name them are freed.
 */
import type { RoomChanger } from './change-room';
import type { OwnNode } from './own-node';
import { logger } from '../logger';
import { restart } from '../rules/places';
import type { Store } from '../stores/store';

interface Deps {
  store: Store;
  node: Pick<OwnNode, 'id'>;
  changer: RoomChanger;
}

/**
 * Takes the sockets of all earlier processes out of their rooms, and starts every wait again, because nobody could connect
 * while no process ran. Resolves when these changes are queued, so that they come before all other changes of the rooms.
 * @returns `done`, which resolves when all rooms are healed, or when the changer has stopped.
 */
export async function healAfterRestart({ store, node, changer }: Deps): Promise<{ done: Promise<void> }> {
  const others = (await store.nodes.all()).filter(({ _id }) => _id !== node.id());
  const rooms = new Set(await store.rooms.due(Infinity, Infinity));
  for (const { _id } of others) for (const room of await store.rooms.heldBy(_id)) rooms.add(room);
  let left = rooms.size;
  const changes = [...rooms].map((id) =>
    changer.changeAlways(id, {
      apply: (room, at) => restart(room, node.id(), at),
      onFate: (isDone) => (left -= Number(isDone)),
    }),
  );
  return { done: forgetWhenHealed() };

  async function forgetWhenHealed(): Promise<void> {
    try {
      await Promise.all(changes);
      // If not all rooms were healed, the next start must still find the records of the earlier processes.
      if (left === 0) for (const { _id } of others) await store.nodes.forget(_id);
    } catch (error) {
      logger.warn(`the next start heals again (${String(error)})`);
    }
  }
}
