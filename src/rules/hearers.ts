/**
 * Which sockets of one process may hear a room. Pure functions compare a newer state of the room with these sockets: which
 * of them have lost their place, which have a place now, and which places name a socket that is gone.
 */
import type { Room } from '../types/room';

/** A socket of this process that hears a room, or waits until its `join` is committed. */
export interface OurSocket {
  id: string;
  userId: string;
  /** Whether it already hears the room. */
  isIn: boolean;
}

/** Why a socket is put out: the room was closed, its person is barred, or it has no place any more. */
export type WhyOut = 'closed' | 'barred' | 'no place';

interface Decision {
  /** Sockets that hear the room and must not hear it any longer. */
  out: { id: string; why: WhyOut }[];
  /** Sockets that have a place and do not hear the room yet. */
  in: string[];
  /** Socket ids that the room still names as sockets of this process, while the process does not have them. */
  dropped: string[];
}

/**
 * Compares the places of a room with the sockets of one process. A socket's place is found by the socket id alone, because
 * the process may have a new node id while the room still names the old one.
 * @param node the node id of the process: the places that name it and whose sockets are gone are `dropped`.
 * @param isAlive false while other processes may have declared this one dead. Then a socket without a place still hears
 * the room until this process has entered it again; only a closed room or a bar puts it out.
 */
export function decide(
  room: Room,
  { node, sockets, isAlive }: { node: string; sockets: readonly OurSocket[]; isAlive: boolean },
): Decision {
  const placed = placedSockets(room);
  const ours = new Set(sockets.map(({ id }) => id));
  const named = room.people.flatMap((person) => person.sockets).filter((socket) => socket.node === node);
  const dropped = named.map(({ id }) => id).filter((id) => !ours.has(id));
  const decision: Decision = { out: [], in: [], dropped };
  for (const { id, userId, isIn } of sockets) {
    if (placed.has(id)) {
      if (!isIn) decision.in.push(id);
    } else if (isIn) {
      const why = whyOut(room, userId);
      if (why !== 'no place' || isAlive) decision.out.push({ id, why });
    }
  }
  return decision;
}

/** The ids of all sockets that have a place in the room. */
export function placedSockets({ people }: Room): Set<string> {
  return new Set(people.flatMap(({ sockets }) => sockets.map(({ id }) => id)));
}

function whyOut(room: Room, userId: string): WhyOut {
  if (room.closedAt !== null) return 'closed';
  return room.barred.includes(userId) ? 'barred' : 'no place';
}

/**
 * Whether both have the same places, the same barred people and the same owner, and both are open or both are closed. A
 * rule replaces the lists that it changes, so it is enough to compare references.
 */
export function hasSamePeople(from: Room, to: Room): boolean {
  return (
    from.people === to.people &&
    from.barred === to.barred &&
    from.ownerId === to.ownerId &&
    from.closedAt === to.closedAt
  );
}
