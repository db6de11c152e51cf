/** What follows from any change of a room: places that ended, the next owner, an empty room's end, the next deadline. */
import { addChat, removePerson, setPerson, type Draft } from './draft';
import { placeOf, type Moment } from './room';
import { CLOSED_HOLD, isOverdue, OVERDUE, PLACE_HOLD, wasCleared } from './waits';
import type { Person, Room } from '../types/room';

/** Adds what follows from a change, or from time alone. */
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

/** Ends the places whose time is over. A deadline that only a moved clock or a long stop can have left starts again. */
function expire(draft: Draft, at: Moment): void {
  const latest = at.now + Math.max(PLACE_HOLD, at.reconnectGrace);
  for (const person of draft.room.people) {
    if (person.until === null) continue;
    if (person.until > latest || isOverdue(person.until, at)) setPerson(draft, { ...person, until: latest });
    else if (person.until <= at.now) removePerson(draft, person, 'exit', at);
  }
}

/** A closed room whose clearing lies further off than its hold, as a clock that was moved back leaves it. */
function bringNear({ room }: Draft, { now }: Moment): void {
  if (room.closedAt === null || room.dueAt === null || room.dueAt <= now + CLOSED_HOLD + OVERDUE) return;
  const dueAt = wasCleared(room) ? now + CLOSED_HOLD : now;
  Object.assign(room, { closedAt: Math.min(room.closedAt, now), dueAt });
}

/** When the owner is gone, the one longest in among those who entered is the next. */
function replaceMissingOwner(draft: Draft, at: Moment): void {
  const owner = placeOf(draft.room, draft.room.ownerId);
  if (owner !== undefined) {
    draft.room.owner = owner.color;
    return;
  }
  const heir = draft.room.people.find((person) => person.entered);
  if (heir !== undefined) makeOwner(draft, heir, at);
}

/** Makes this person the owner, and says so. */
export function makeOwner(draft: Draft, heir: Person, at: Moment): void {
  draft.room.ownerId = heir.id;
  draft.room.owner = heir.color;
  addChat(draft, { kind: 'owner', userId: heir.id, color: heir.color }, at);
}

/** Closes the room: everybody is out, and it is due to be cleared. */
export function closeRoom(draft: Draft, at: Moment): void {
  if (draft.room.closedAt !== null) return;
  Object.assign(draft.room, {
    people: [],
    count: 0,
    emptyAt: null,
    closedAt: at.now,
    dueAt: at.now,
    recent: [],
  });
}

function nextDeadline(room: Room, at: Moment): number | null {
  let next = room.emptyAt === null ? Infinity : room.emptyAt + at.emptyRoomGrace;
  for (const { until } of room.people) if (until !== null && until < next) next = until;
  return next === Infinity ? null : next;
}
