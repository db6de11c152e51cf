/** Speaking in a room: saying a text or a GIF, and changing one's name. */
import { applyRule } from './apply';
import { addChat, setPerson, type Draft } from './room-draft';
import { bytesOf, loggedPerson } from './log';
import { isTaken, setName } from './names';
import { takePlace } from './places';
import { refusalToAct, refusalToEnter, type Door, type FindChat, type Moment, type Outcome } from './room';
import { PLACE_HOLD } from './waits';
import type { Person, Room } from '../types/room';

/** How many chats an ephemeral room remembers, so that a retry gets the same answer. */
const MAX_RECENT = 200;

/** What a person says: a text or a GIF, with a nonce or without. */
export type Message = { nonce?: string } & (
  { kind: 'chat'; chat: string } | { kind: 'gif'; gif: string; width: number; height: number; bytes: number }
);

/**
 * A person says something. Over HTTP, a person without a socket in the room takes a place by it for 60 s, or keeps the place
 * for another 60 s. Over a socket, a person without a place is refused. A message with a known nonce changes nothing and gets
 * the answer that it got before.
 */
export function say(
  room: Room,
  userId: string,
  message: Message,
  door: Door,
  findChat: FindChat,
  at: Moment,
): Outcome<{ _id: string; seq: number }> {
  return applyRule<{ _id: string; seq: number }>(room, at, (draft) => {
    if (draft.room.closedAt !== null) return { refused: 'ROOM_NOT_FOUND' };
    const before = message.nonce === undefined ? undefined : findChat(userId, message.nonce);
    if (before !== undefined) return { _id: before._id, seq: before.seq };
    const refused = refusalToSpeak(draft.room, userId, door);
    if (refused !== undefined) return { refused };
    if (message.kind === 'gif' && draft.room.ephemeral) return { refused: 'NO_GIFS_HERE' };
    if (draft.room.bytes + bytesOf(message) > (at.roomBytes ?? Infinity)) return { refused: 'ROOM_BYTES' };
    const person = speaker(draft, userId, door, at);
    const { _id, seq, nonce } = addChat(draft, { ...message, ...loggedPerson(person) }, at);
    if (draft.room.ephemeral) {
      draft.room.recent = [...draft.room.recent, { userId, nonce, _id, seq }].slice(-MAX_RECENT);
    }
    return { _id, seq };
  });
}

/**
 * A person gets this name, or none. It is refused if somebody else in the room has it, or a name that looks like it. Over
 * HTTP, a person takes a place by it as by `say`.
 */
export function rename(
  room: Room,
  userId: string,
  name: string | undefined,
  door: Door,
  at: Moment,
): Outcome {
  return applyRule(room, at, (draft) => {
    const refused = refusalToSpeak(draft.room, userId, door);
    if (refused !== undefined) return { refused };
    if (name !== undefined && isTaken(draft.room, userId, name)) return { refused: 'NAME_TAKEN' };
    setName(draft, speaker(draft, userId, door, at), name, at);
    return undefined;
  });
}

function refusalToSpeak(room: Room, userId: string, door: Door) {
  return door === 'socket' ? refusalToAct(room, userId) : refusalToEnter(room, userId);
}

/** The person who speaks. Gives them a place if they have none, and renews the place of a person without a socket over HTTP. */
function speaker(draft: Draft, userId: string, door: Door, at: Moment): Person {
  const person = takePlace(draft, userId, at);
  if (door === 'socket' || person.sockets.length > 0) return person;
  return setPerson(draft, { ...person, until: at.now + PLACE_HOLD });
}
