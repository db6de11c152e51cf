/** Saying something in a room: a text or a GIF. */
import { applyRule } from './apply';
import { addChat, setPerson } from './draft';
import { takePlace } from './places';
import { refusalToAct, refusalToEnter, type FindChat, type Moment, type Outcome } from './room';
import { PLACE_HOLD } from './waits';
import type { Room } from '../types/room';

/** How many chats an ephemeral room remembers, so that a retry gets the same answer. */
const MAX_RECENT = 200;

/** What a person says: a text or a GIF, with a nonce or without. */
export type Message = { nonce?: string } & (
  { kind: 'chat'; chat: string } | { kind: 'gif'; gif: string; width: number; height: number }
);

/**
 * A person says something. Over HTTP, a person without a socket in the room takes a place by it, or renews it for 60 s.
 * Over a socket, a person without a place is refused. A message with a known nonce changes nothing and gets the answer
 * that it got before.
 */
export function say(
  room: Room,
  userId: string,
  message: Message,
  door: 'http' | 'socket',
  findChat: FindChat,
  at: Moment,
): Outcome<{ _id: string; seq: number }> {
  return applyRule<{ _id: string; seq: number }>(room, at, (draft) => {
    if (draft.room.closedAt !== null) return { refused: 'ROOM_NOT_FOUND' };
    const before = message.nonce === undefined ? undefined : findChat(userId, message.nonce);
    if (before !== undefined) return { _id: before._id, seq: before.seq };
    const refused = door === 'socket' ? refusalToAct(draft.room, userId) : refusalToEnter(draft.room, userId);
    if (refused !== undefined) return { refused };
    if (message.kind === 'gif' && draft.room.ephemeral) return { refused: 'NO_GIFS_HERE' };
    const person = takePlace(draft, userId, at);
    if (door === 'http' && person.sockets.length === 0)
      setPerson(draft, { ...person, until: at.now + PLACE_HOLD });
    const { _id, seq, nonce } = addChat(draft, { ...message, userId, color: person.color }, at);
    if (draft.room.ephemeral) {
      draft.room.recent = [...draft.room.recent, { userId, nonce, _id, seq }].slice(-MAX_RECENT);
    }
    return { _id, seq };
  });
}
