/**
 * What other processes do in our rooms: once a second it is asked whether our sockets know each room's newest version.
 * Where they do not, the room is looked at in its turn, behind what we ourselves are about to commit.
 */
import type { RoomChanger } from './change-room';
import type { Nodes } from './nodes';
import { logger } from '../logger';
import type { Store } from '../stores/store';

const EVERY = 1_000;

export interface Watch {
  start(): void;
  stop(): void;
}

interface Deps {
  store: Store;
  changer: RoomChanger;
  nodes: Pick<Nodes, 'isAlive'>;
  /** The rooms that our sockets hear, by the version that they know. */
  known: () => ReadonlyMap<string, number>;
}

export function createWatch({ store, changer, nodes, known }: Deps): Watch {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const looking = new Set<string>();

  async function ask(): Promise<void> {
    // Taken for dead, our own places come first (nodes.ts).
    if (!nodes.isAlive()) return;
    const asked = known();
    if (asked.size === 0) return;
    const versions = await store.rooms.versions([...asked.keys()]);
    for (const [roomId, version] of known()) {
      if (asked.get(roomId) === version && versions.get(roomId) !== version) look(roomId);
    }
  }

  /** A change that changes nothing: the room is read, and what our sockets did not hear is told. */
  function look(roomId: string): void {
    if (looking.has(roomId)) return;
    looking.add(roomId);
    void changer
      .changeAlways(roomId, { apply: (room) => ({ room, said: [], answer: undefined }) })
      .finally(() => looking.delete(roomId));
  }

  async function askOn(): Promise<void> {
    await ask().catch((error: unknown) => {
      logger.warn(`what others changed is asked again (${String(error)})`);
    });
    if (!isStopped) timer = setTimeout(() => void askOn(), EVERY);
  }

  return {
    start: () => void askOn(),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
