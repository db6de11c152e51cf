/**
 * What follows from every change of a room: places end, the room gets its next owner, an empty room is closed, and the
 * next deadline is set.
 */
import { addChat, removePerson, setPerson, type Draft } from './room-draft';
import { loggedPerson } from './log';
import { placeOf, type Moment } from './room';
import { CLOSED_HOLD, isOverdue, OVERDUE, PLACE_HOLD, wasCleared } from './waits';
import type { Person, Room } from '../types/room';

/** Adds to the draft what follows from its change, or from time alone. */
export function addConsequences(draft: Draft, at: Moment): void {
  const { room } = draft;
  if (room.closedAt !== null) {
    bringNear(draft, at);
    return;
  }
  expire(draft, at);
  replaceMissingOwner(draft, at);
  if (room.people.length > 0) room.emptyAt = null;
  else {
    room.emptyAt = Math.min(room.emptyAt ?? at.now, at.now);
    if (isOverdue(room.emptyAt + at.emptyRoomGrace, at)) room.emptyAt = at.now;
    if (draft.onPurpose || room.emptyAt + at.emptyRoomGrace <= at.now) {
      closeRoom(draft, at);
      return;
    }
  }
  room.count = room.people.length;
  room.dueAt = nextDeadline(room, at);
}

/**
 * Ends the places whose time is over. If a deadline is too far ahead or too long overdue, the clock was moved or the
 * program did not run, so the wait starts again.
 */
function expire(draft: Draft, at: Moment): void {
  const latest = at.now + Math.max(PLACE_HOLD, at.reconnectGrace);
  for (const person of draft.room.people) {
    if (person.until === null) continue;
    if (person.until > latest || isOverdue(person.until, at)) setPerson(draft, { ...person, until: latest });
    else if (person.until <= at.now) removePerson(draft, person, 'exit', at);
  }
}

/** Sets a new `dueAt` if a closed room would be cleared later than the rules allow, because the clock was moved back. */
function bringNear({ room }: Draft, { now }: Moment): void {
  if (room.closedAt === null || room.dueAt === null || room.dueAt <= now + CLOSED_HOLD + OVERDUE) return;
  const dueAt = wasCleared(room) ? now + CLOSED_HOLD : now;
  Object.assign(room, { closedAt: Math.min(room.closedAt, now), dueAt });
}

/** If the owner has no place any more, the next owner is the person who has been in the room for the longest time. */
function replaceMissingOwner(draft: Draft, at: Moment): void {
  const owner = placeOf(draft.room, draft.room.ownerId);
  if (owner !== undefined) {
    draft.room.owner = owner.color;
    return;
  }
  const heir = draft.room.people.find((person) => person.entered);
  if (heir !== undefined) makeOwner(draft, heir, at);
}

/** Makes this person the owner, and adds a chat about it to the log. */
export function makeOwner(draft: Draft, heir: Person, at: Moment): void {
  draft.room.ownerId = heir.id;
  draft.room.owner = heir.color;
  addChat(draft, { kind: 'owner', ...loggedPerson(heir) }, at);
}

/** Closes the room: all places end, and the sweeper is asked to clear the room now. */
export function closeRoom(draft: Draft, at: Moment): void {
  if (draft.room.closedAt !== null) return;
  Object.assign(draft.room, {
    people: [],
    count: 0,
    emptyAt: null,
    closedAt: at.now,
    dueAt: at.now,
    recent: [],
    erasing: [],
  });
}

function nextDeadline(room: Room, at: Moment): number | null {
  let next = room.emptyAt === null ? Infinity : room.emptyAt + at.emptyRoomGrace;
  // Chats that were taken back are erased as soon as possible.
  if (room.erasing.length > 0) next = Math.min(room.dueAt ?? at.now, at.now);
  for (const { until } of room.people) if (until !== null && until < next) next = until;
  return next === Infinity ? null : next;
}
