/** People's places in a room: coming with a socket, losing it, and leaving. */
import { applyRule } from './apply';
import { addConsequences } from './consequences';
import { addChat, draftOf, finish, removePerson, setPerson, type Draft } from './draft';
import { colorIn, placeOf, refusalToEnter, type Moment, type Outcome } from './room';
import { PLACE_HOLD } from './waits';
import type { Chat, Person, Room, SocketRef } from '../types/room';

export const MAX_SOCKETS = 8;

/** A socket comes: its person takes a place or keeps it. The oldest socket of too many loses its. */
export function enter(room: Room, userId: string, socket: SocketRef, at: Moment): Outcome<Person> {
  return applyRule(room, at, (draft) => {
    const refused = refusalToEnter(draft.room, userId);
    if (refused !== undefined) return { refused };
    const person = takePlace(draft, userId, at);
    return setPerson(draft, { ...person, sockets: withSocket(person.sockets, socket), until: null });
  });
}

/** Sockets enter one after another; those that the room refuses do not. */
export function enterAll(
  room: Room,
  entering: readonly { userId: string; socket: SocketRef }[],
  at: Moment,
): Outcome {
  const said: Chat[] = [];
  for (const { userId, socket } of entering) {
    const entered = enter(room, userId, socket, at);
    if ('refused' in entered) continue;
    room = entered.room;
    said.push(...entered.said);
  }
  return { room, said, answer: undefined };
}

/**
 * The other processes to which an ephemeral room belongs. It stores no chats, so only the process that has its sockets can
 * pass them on: the one to which its first socket came, until the last one is gone.
 */
export function holdersOf({ ephemeral, people }: Room, node: string): string[] {
  if (!ephemeral) return [];
  return people
    .flatMap(({ sockets }) => sockets.map((socket) => socket.node))
    .filter((other) => other !== node);
}

/** A connection is gone: the last one of a person leaves the place for as long as the grace. */
export function drop(room: Room, socket: SocketRef, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    withoutSockets(draft, (held) => isSame(held, socket), at.now + at.reconnectGrace);
    return undefined;
  });
}

/** A process is dead: its sockets are gone, and their people have a while to come back. */
export function lapse(room: Room, node: string, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    withoutSockets(draft, (held) => held.node === node, at.now + PLACE_HOLD);
    return undefined;
  });
}

/**
 * The one process that keeps this room starts again: no other node's socket is left, and every wait starts anew,
 * since nobody could come while it was down and the clock may have moved.
 */
export function restart(room: Room, node: string, at: Moment): Outcome {
  const draft = draftOf(room);
  const until = at.now + PLACE_HOLD;
  withoutSockets(draft, (held) => held.node !== node, until);
  for (const person of draft.room.people) if (person.until !== null) setPerson(draft, { ...person, until });
  if (room.emptyAt !== null) draft.room.emptyAt = at.now;
  addConsequences(draft, at);
  return finish(room, draft, undefined);
}

/** A person goes on purpose, with one socket or with all: without a socket left the place ends at once. */
export function leave(room: Room, userId: string, socket: SocketRef | 'all', at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    const person = placeOf(draft.room, userId);
    if (person === undefined) return undefined;
    const sockets = socket === 'all' ? [] : person.sockets.filter((held) => !isSame(held, socket));
    if (socket !== 'all' && sockets.length === person.sockets.length) return undefined;
    if (sockets.length > 0) setPerson(draft, { ...person, sockets });
    else {
      removePerson(draft, person, 'exit', at);
      draft.onPurpose = true;
    }
    return undefined;
  });
}

/**
 * The person's place, taken now if there was none, and entered: a `join` is said the first time. Who only held a place
 * moves behind those who entered meanwhile, so that the log tells the order too.
 */
export function takePlace(draft: Draft, userId: string, at: Moment): Person {
  const held = placeOf(draft.room, userId);
  if (held?.entered === true) return held;
  const color = colorIn(draft.room, userId);
  const fresh = { id: userId, color, since: at.now, sockets: [], until: at.now + PLACE_HOLD };
  const person: Person = { ...(held ?? fresh), entered: true };
  draft.room.people = [...draft.room.people.filter((other) => other !== held), person];
  addChat(draft, { kind: 'join', userId, color }, at);
  return person;
}

/** A socket that is there under an earlier name of its process is so under the new one. */
function withSocket(sockets: SocketRef[], socket: SocketRef): SocketRef[] {
  const held = sockets.find((other) => isSame(other, socket));
  if (held === undefined) return [...sockets, socket].slice(-MAX_SOCKETS);
  return held.node === socket.node ? sockets : sockets.map((other) => (other === held ? socket : other));
}

function withoutSockets(draft: Draft, isGone: (held: SocketRef) => boolean, until: number): void {
  for (const person of draft.room.people) {
    const sockets = person.sockets.filter((held) => !isGone(held));
    if (sockets.length === person.sockets.length) continue;
    setPerson(draft, { ...person, sockets, until: sockets.length === 0 ? until : null });
  }
}

/** A socket's id is random, and stays when its process gets a new name. */
function isSame(one: SocketRef, other: SocketRef): boolean {
  return one.id === other.id;
}
