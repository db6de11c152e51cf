/** What the owner of a room may do; and letting in people who know the password. */
import { applyRule } from './apply';
import { removePerson } from './room-draft';
import { placeOf, refusalToAct, type Moment, type Outcome } from './room';
import { makeOwner, closeRoom } from './after-change';
import type { Room } from '../types/room';

/** How many people a room remembers as admitted, and as barred. */
const MAX_ADMITTED = 1_000;
const MAX_BARRED = 1_000;

/**
 * The owner puts a person out of the room. The person cannot come back as long as the room exists.
 * @param isKnown whether the person is in the room, or the log says that they were: otherwise made-up ids would fill the
 * list of the barred.
 */
export function kick(room: Room, by: string, userId: string, isKnown: boolean, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    const refused = refusalToAct(draft.room, by);
    if (refused !== undefined) return { refused };
    if (draft.room.ownerId !== by) return { refused: 'FORBIDDEN' };
    if (by === userId) return { refused: 'BAD_REQUEST' };
    if (draft.room.barred.includes(userId)) return undefined;
    if (!isKnown) return { refused: 'BAD_REQUEST' };
    if (draft.room.barred.length >= MAX_BARRED) return { refused: 'FORBIDDEN' };
    draft.room.barred = [...draft.room.barred, userId];
    const person = placeOf(draft.room, userId);
    if (person !== undefined) removePerson(draft, person, 'kick', at);
    return undefined;
  });
}

/**
 * The owner makes another person the owner. That person must have entered. This is the only rule that is refused when it is
 * applied again: the person who handed over is not the owner any more.
 */
export function handOver(room: Room, by: string, userId: string, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    const refused = refusalToAct(draft.room, by);
    if (refused !== undefined) return { refused };
    if (draft.room.ownerId !== by) return { refused: 'FORBIDDEN' };
    if (by === userId) return undefined;
    const heir = placeOf(draft.room, userId);
    if (heir === undefined || !heir.entered) return { refused: 'BAD_REQUEST' };
    makeOwner(draft, heir, at);
    return undefined;
  });
}

/**
 * A person gave the right password, so the room remembers the person. If it remembers too many already, it forgets the
 * oldest one that has no place.
 */
export function admit(room: Room, userId: string, at: Moment): Outcome {
  return applyRule<undefined>(room, at, (draft) => {
    const { admitted, barred, closedAt, password } = draft.room;
    if (closedAt !== null) return { refused: 'ROOM_NOT_FOUND' };
    if (barred.includes(userId)) return { refused: 'BARRED' };
    if (password === null || admitted.includes(userId)) return undefined;
    const oldest =
      admitted.length < MAX_ADMITTED ? -1 : admitted.findIndex((id) => placeOf(draft.room, id) === undefined);
    draft.room.admitted = [...admitted.filter((_, index) => index !== oldest), userId];
    return undefined;
  });
}

/** The owner closes the room, even while people are in it. */
export function close(room: Room, by: string, at: Moment): Outcome {
  return applyRule<undefined>(room, at, (draft) => {
    const { ownerId, closedAt } = draft.room;
    if (ownerId !== by) return { refused: closedAt === null ? 'FORBIDDEN' : 'ROOM_NOT_FOUND' };
    closeRoom(draft, at);
    return undefined;
  });
}
