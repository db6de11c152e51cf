/** The rooms that were used last, kept in memory as they were last committed. */
import type { Room } from '../types/room';

/** How many rooms are kept. */
const MAX_WARM = 500;

/** All callers get the same object for a room, so they must not change it. */
interface WarmRooms {
  /** The room, which is kept from now on; undefined if there is no such room. */
  use(id: string): Room | undefined;
  /** The room, without keeping it: a list of rooms must not push out those in which people talk. */
  look(id: string): Room | undefined;
  /** The room was committed. */
  keep(room: Room): void;
  /** The room was removed, or another commit than ours may have changed it. */
  forget(id: string): void;
}

/** @param read reads a room that is not kept. */
export function createWarmRooms(read: (id: string) => Room | undefined): WarmRooms {
  /** The room that was used last is at the end. */
  const warm = new Map<string, Room>();
  const look = (id: string) => warm.get(id) ?? read(id);

  function keep(room: Room): void {
    warm.delete(room._id);
    warm.set(room._id, room);
    const [oldest] = warm.keys();
    if (warm.size > MAX_WARM && oldest !== undefined) warm.delete(oldest);
  }

  return {
    look,
    keep,
    use(id) {
      const room = look(id);
      if (room !== undefined) keep(room);
      return room;
    },
    forget(id) {
      warm.delete(id);
    },
  };
}
