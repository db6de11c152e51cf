/** What time alone does to a room. */
import { applyRule } from './apply';
import type { Moment, Outcome } from './room';
import { CLOSED_HOLD, wasCleared } from './waits';
import type { Room } from '../types/room';

/** Time has passed. */
export function tick(room: Room, at: Moment): Outcome {
  return applyRule(room, at, () => undefined);
}

/** A closed room's chats and files were cleared once; they are again, with the record, when `dueAt` comes. */
export function cleared(room: Room, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    const { closedAt } = draft.room;
    if (closedAt === null || wasCleared(draft.room)) return undefined;
    // `dueAt` after `closedAt`, also where the clock was moved back: that is how a cleared room is known.
    draft.room.dueAt = Math.max(at.now, closedAt) + CLOSED_HOLD;
    return undefined;
  });
}
