/** How long things of a room wait, and what a clock that was moved does to that. All in milliseconds. */
import type { Moment } from './room';
import type { Room } from '../types/room';

/** How long a chat by HTTP, or a process that died, holds a place without a socket. */
export const PLACE_HOLD = 60_000;
/** How long a closed room's record outlives its chats, so that a late request finds it closed. */
export const CLOSED_HOLD = 60_000;
/**
 * A deadline that is overdue by more than this was missed because nothing ran or the clock was moved. Nobody could come
 * back meanwhile, so its wait starts again.
 */
export const OVERDUE = 30_000;

/** A deadline that lies further ahead than this is there only because the clock was moved. */
export function longestWait({ reconnectGrace, emptyRoomGrace }: Omit<Moment, 'now'>): number {
  return Math.max(PLACE_HOLD, CLOSED_HOLD, reconnectGrace, emptyRoomGrace) + OVERDUE;
}

export function isOverdue(deadline: number, { now }: Moment): boolean {
  return deadline < now - OVERDUE;
}

/** Whether the chats and files of a closed room were cleared once; then `dueAt` lies behind `closedAt`. */
export function wasCleared(room: Room): boolean {
  return room.closedAt !== null && room.dueAt !== null && room.dueAt > room.closedAt;
}
