/**
 * What a newer state of a room means for the sockets of one process, as pure functions: which of them no longer have a
 * place, which have one now, and which places have lost their socket. Nothing here reads a store or a socket.
 */
import type { Room } from '../types/room';

/** A socket of this process that is in a room, or waits to be let in. */
export interface OurSocket {
  id: string;
  userId: string;
  /** Whether it already hears the room. */
  isIn: boolean;
}

/** Why a socket hears the room no more: the room was closed, its person is barred, or its place is gone. */
export type WhyOut = 'closed' | 'barred' | 'no place';

export interface Decision {
  out: { id: string; why: WhyOut }[];
  /** Sockets that have a place and do not hear the room yet. */
  in: string[];
  /** Places that name a socket which this process does not have (any more). */
  dropped: string[];
}

/**
 * Compares the places of a room with the sockets of one process. A socket's own id is enough to find its place, since the
 * process may have a new id while the room still names the old one.
 * @param node the process's id, by which it finds places whose sockets are gone.
 * @param isAlive false while other processes may have declared this one dead: then a socket without a place keeps
 * hearing the room until its process has entered it again, and only a closed room or a bar puts it out.
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

/** Whether both have the same places, bars, owner and end. Rules replace what they change, so comparing references is enough. */
export function hasSamePeople(from: Room, to: Room): boolean {
  return (
    from.people === to.people &&
    from.barred === to.barred &&
    from.ownerId === to.ownerId &&
    from.closedAt === to.closedAt
  );
}
