/**
 * Who is typing, room by room. Nothing of it is stored. A room is told at most twice a second, with one packet for all of
 * its people. If each event were passed on instead, 200 people who type would cause 200 times as many packets.
 */
import type { PersonRef, Typists } from '../types/events';

/** How long after the first change a room is told, in ms. */
const TELL_AFTER = 500;
/** After how long without a word of it a person has stopped typing, in ms. Our page says it again every 3 s. */
const FORGET_AFTER = 5_000;
/** How many people are named. Of all others, only the number is told. */
const MAX_NAMED = 3;

interface Typing {
  /** The person types, or has stopped. */
  note: (roomId: string, who: PersonRef, isTyping: boolean) => void;
  stop(): void;
}

interface Room {
  typists: Map<string, { who: PersonRef; until: number }>;
  timer: NodeJS.Timeout | undefined;
  /** When the timer ends, by the monotonic clock. */
  tellAt: number;
}

/** @param tell sends the packet to all sockets of the room. */
export function createTyping(tell: (typists: Typists) => void): Typing {
  const rooms = new Map<string, Room>();

  function tellRoom(roomId: string, room: Room): void {
    const now = performance.now();
    for (const [id, { until }] of room.typists) if (until <= now) room.typists.delete(id);
    const people = [...room.typists.values()].slice(0, MAX_NAMED).map(({ who }) => who);
    tell({ room: roomId, people, count: room.typists.size });
    room.tellAt = Infinity;
    if (room.typists.size === 0) rooms.delete(roomId);
    else tellAfter(FORGET_AFTER, roomId, room);
  }

  function tellAfter(ms: number, roomId: string, room: Room): void {
    const at = performance.now() + ms;
    if (at >= room.tellAt) return;
    clearTimeout(room.timer);
    room.tellAt = at;
    room.timer = setTimeout(tellRoom, ms, roomId, room).unref();
  }

  return {
    note(roomId, who, isTyping) {
      const room = rooms.get(roomId) ?? { typists: new Map(), timer: undefined, tellAt: Infinity };
      if (isTyping) room.typists.set(who.id, { who, until: performance.now() + FORGET_AFTER });
      else if (!room.typists.delete(who.id)) return;
      rooms.set(roomId, room);
      tellAfter(TELL_AFTER, roomId, room);
    },
    stop() {
      for (const { timer } of rooms.values()) clearTimeout(timer);
      rooms.clear();
    },
  };
}
