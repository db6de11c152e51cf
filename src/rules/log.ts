/** The chats of a room's log: how one is made from what was said. */
import { createHash } from 'node:crypto';
import type { Chat, Room } from '../types/room';

/** What a rule says: somebody's text or GIF, or what happened to somebody. */
export type Said = { userId: string; color: string; nonce?: string } & (
  | { kind: 'chat'; chat: string }
  | { kind: 'gif'; gif: string; width: number; height: number }
  | { kind: 'join' | 'exit' | 'kick' | 'owner' }
);

/** The next chat of this room's log. A chat without a nonce of its sender has its own id as one. */
export function nextChat(room: Pick<Room, '_id' | 'seq'>, said: Said, now: number): Chat {
  const seq = room.seq + 1;
  const _id = chatId(room._id, seq, now);
  const { userId, color, nonce = _id } = said;
  const base = { _id, room: room._id, seq, userId, color, nonce, createdAt: new Date(now) };
  switch (said.kind) {
    case 'chat':
      return { ...base, kind: 'chat', user: color, chat: said.chat };
    case 'gif':
      return { ...base, kind: 'gif', user: color, gif: said.gif, width: said.width, height: said.height };
    default:
      return { ...base, kind: said.kind, user: 'system' };
  }
}

/**
 * An ObjectId (24 hexadecimal digits): the time in seconds, as in every ObjectId, then 64 bits of a hash of the room and
 * the number. A pure function, so that a change applied again makes the same chat and not a second one.
 * @source https://www.mongodb.com/docs/manual/reference/bson-types/#objectid
 */
function chatId(room: string, seq: number, now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')
    .slice(-8);
  return (
    seconds +
    createHash('sha256')
      .update(`${room}:${String(seq)}`)
      .digest('hex')
      .slice(0, 16)
  );
}
