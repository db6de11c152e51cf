/** How long a room waits for things, and how we notice that the clock was moved. All times are in milliseconds. */
import type { Moment } from './room';
import type { Room } from '../types/room';

/** How long a person keeps a place without a socket: after a chat over HTTP, or after the process of their sockets died. */
export const PLACE_HOLD = 60_000;
/** How long the record of a closed room is kept after its chats, so that a late request finds the room closed. */
export const CLOSED_HOLD = 60_000;
/**
 * If a deadline is overdue by more than this, the program did not run or the clock was moved. People could not come back
 * in that time, so the wait starts again.
 */
export const OVERDUE = 30_000;

/** A little more than the longest wait of all rules. If a deadline is further ahead, the clock was moved. */
export function longestWait({ reconnectGrace, emptyRoomGrace }: Omit<Moment, 'now'>): number {
  return Math.max(PLACE_HOLD, CLOSED_HOLD, reconnectGrace, emptyRoomGrace) + OVERDUE;
}

/** Whether the deadline is overdue by so much that its wait must start again. */
export function isOverdue(deadline: number, { now }: Moment): boolean {
  return deadline < now - OVERDUE;
}

/** Whether the chats and files of a closed room were cleared once: from then on `dueAt` is later than `closedAt`. */
export function wasCleared(room: Room): boolean {
  return room.closedAt !== null && room.dueAt !== null && room.dueAt > room.closedAt;
}
