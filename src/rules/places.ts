/** People's places in a room: a person takes a place with a socket, loses the socket, or leaves. */
import { applyRule } from './apply';
import { addConsequences } from './after-change';
import { addChat, draftOf, finish, removePerson, setPerson, type Draft } from './room-draft';
import { loggedPerson } from './log';
import { isTaken, setName } from './names';
import { colorIn, placeOf, refusalToEnter, type Moment, type Outcome } from './room';
import { PLACE_HOLD } from './waits';
import type { Chat, Person, Room, SocketRef } from '../types/room';

/** How many sockets of one person a room knows, such as browser tabs. */
export const MAX_SOCKETS = 8;

/**
 * A socket enters: its person takes a place, or keeps the place they have. If the person has too many sockets now, the
 * oldest one is taken out. If a name is given and free, it is the person's name from now on.
 * @returns the person, and whether the name was refused because somebody else in the room has one that looks like it.
 */
export function enter(
  room: Room,
  userId: string,
  socket: SocketRef,
  at: Moment,
  name?: string,
): Outcome<{ person: Person; isNameTaken: boolean }> {
  return applyRule<{ person: Person; isNameTaken: boolean }>(room, at, (draft) => {
    const refused = refusalToEnter(draft.room, userId);
    if (refused !== undefined) return { refused };
    const isNameTaken = name !== undefined && isTaken(draft.room, userId, name);
    const wanted = isNameTaken ? undefined : name;
    const held = takePlace(draft, userId, at, wanted);
    const person = setPerson(draft, { ...held, sockets: withSocket(held.sockets, socket), until: null });
    return { person: wanted === undefined ? person : setName(draft, person, wanted, at), isNameTaken };
  });
}

/** Lets these sockets enter one after another, and skips those that the room refuses. */
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
 * The other processes that have sockets in an ephemeral room; none for other rooms. The chats of an ephemeral room are not
 * stored, so only one process can pass them on. The room belongs to the process of its first socket, until the last socket
 * is gone.
 */
export function holdersOf({ ephemeral, people }: Room, node: string): string[] {
  if (!ephemeral) return [];
  return people
    .flatMap(({ sockets }) => sockets.map((socket) => socket.node))
    .filter((other) => other !== node);
}

/** A connection is gone. If it was the person's last socket, the place is kept for `reconnectGrace`. */
export function drop(room: Room, socket: SocketRef, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    withoutSockets(draft, (held) => isSame(held, socket), at.now + at.reconnectGrace);
    return undefined;
  });
}

/** A process is dead, so its sockets are gone. The places of their people are kept for 60 s, so that they can come back. */
export function lapse(room: Room, node: string, at: Moment): Outcome {
  return applyRule(room, at, (draft) => {
    withoutSockets(draft, (held) => held.node === node, at.now + PLACE_HOLD);
    return undefined;
  });
}

/**
 * The only process that uses this store has started again, so the sockets of all other nodes are gone. Every wait starts
 * again, because nobody could connect while the process was down, and the clock may have been moved.
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

/** A person leaves on purpose, with one socket or with all. If no socket is left, the place ends at once. */
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
 * Gives the person a place if they have none, and marks them as entered. The first time, a `join` is added to the log. The
 * creator of a room has a place before they enter; then they move to the end of the list, so that the list always has the
 * order of the log.
 * @param name the person's name if they enter now; it must be free.
 */
export function takePlace(draft: Draft, userId: string, at: Moment, name?: string): Person {
  const held = placeOf(draft.room, userId);
  if (held?.entered === true) return held;
  const color = colorIn(draft.room, userId);
  const fresh = { id: userId, color, since: at.now, sockets: [], until: at.now + PLACE_HOLD };
  const person: Person = { ...(held ?? fresh), ...(name !== undefined && { name }), entered: true };
  draft.room.people = [...draft.room.people.filter((other) => other !== held), person];
  addChat(draft, { kind: 'join', ...loggedPerson(person) }, at);
  return person;
}

/** Adds a socket. If the socket is in the list with an earlier node id of its process, only the node id is replaced. */
function withSocket(sockets: SocketRef[], socket: SocketRef): SocketRef[] {
  const held = sockets.find((other) => isSame(other, socket));
  if (held === undefined) return [...sockets, socket].slice(-MAX_SOCKETS);
  return held.node === socket.node ? sockets : sockets.map((other) => (other === held ? socket : other));
}

/** Takes sockets out of the room. A person without a socket keeps the place until `until`. */
function withoutSockets(draft: Draft, isGone: (held: SocketRef) => boolean, until: number): void {
  for (const person of draft.room.people) {
    const sockets = person.sockets.filter((held) => !isGone(held));
    if (sockets.length === person.sockets.length) continue;
    setPerson(draft, { ...person, sockets, until: sockets.length === 0 ? until : null });
  }
}

/** Only the socket ids are compared. They are random and never change, while the process may get a new node id. */
function isSame(one: SocketRef, other: SocketRef): boolean {
  return one.id === other.id;
}
