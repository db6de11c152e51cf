/** What time alone changes in a room. */
import { applyRule } from './apply';
import type { Moment, Outcome } from './room';
import { CLOSED_HOLD, wasCleared } from './waits';
import type { Room } from '../types/room';

/** Time has passed. `applyRule` does the work: it ends places and rooms whose time is over. */
export function tick(room: Room, at: Moment): Outcome {
  return applyRule(room, at, () => undefined);
}

/**
 * The chats and files of a closed room were cleared for the first time. When `dueAt` comes, they are cleared again and the
 * room's record is removed.
 */
export function cleared(room: Room, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    const { closedAt } = draft.room;
    if (closedAt === null || wasCleared(draft.room)) return undefined;
    // We know a cleared room by its `dueAt`, which is later than `closedAt`. So it must be later
    // even if the clock was moved back.
    draft.room.dueAt = Math.max(at.now, closedAt) + CLOSED_HOLD;
    return undefined;
  });
}
