/** The chats of a room's log: makes the next chat from what a rule says. */
import { createHash } from 'node:crypto';
import type { Chat, Room } from '../types/room';

/** What a rule adds to the log: a person's text or GIF, or an event that happened to a person. */
export type Said = { userId: string; color: string; nonce?: string } & (
  | { kind: 'chat'; chat: string }
  | { kind: 'gif'; gif: string; width: number; height: number }
  | { kind: 'join' | 'exit' | 'kick' | 'owner' }
);

/** The next chat of this room's log. If its sender gave no nonce, its own id is its nonce. */
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
 * An ObjectId (24 hexadecimal digits): the time in seconds, as in every ObjectId, then 64 bits of a hash of the room's id
 * and the chat's number. The id is not random, so a rule that is applied again makes the same chat, not a second one.
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
