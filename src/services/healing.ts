/** What an earlier process left behind in the embedded store, which only one process uses: places of sockets that are gone. */
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
 * Frees the places of every older process and starts every wait anew, since nobody could come while nothing ran.
 * @returns `done`, which resolves when all rooms are healed or the changer has stopped. The call itself resolves as soon
 * as the changes are queued, so that they come before anything else that is done to these rooms.
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
      // As long as a room names an older process, the next start must know that process.
      if (left === 0) for (const { _id } of others) await store.nodes.forget(_id);
    } catch (error) {
      logger.warn(`the next start heals again (${String(error)})`);
    }
  }
}
