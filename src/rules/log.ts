/** The chats of a room's log: makes the next chat from what a rule says. */
import { createHash } from 'node:crypto';
import type { Chat, GifChat, Person, Room, TakenBackChat } from '../types/room';

/** What a rule adds to the log: a person's text or GIF, or an event that happened to a person. */
export type Said = { userId: string; color: string; name?: string; nonce?: string } & (
  | { kind: 'chat'; chat: string; bytes?: never }
  | { kind: 'gif'; gif: string; width: number; height: number; bytes: number; chat?: never }
  | { kind: 'join' | 'exit' | 'kick' | 'owner' | 'name'; chat?: never; bytes?: never }
  | { kind: 'takeback'; about: number; chat?: never; bytes?: never }
);

/** The fields by which a chat of the log names a person: the id, the color, and the name if there is one. */
export function loggedPerson({ id, color, name }: Pick<Person, 'id' | 'color' | 'name'>) {
  return { userId: id, color, ...(name !== undefined && { name }) };
}

/** The chat without its text or GIF, as it is kept after it was taken back. */
export function withoutContent(chat: Chat): Chat {
  if (chat.kind !== 'chat' && chat.kind !== 'gif') return chat;
  const { _id, room, seq, kind, user, userId, color, name, nonce, createdAt } = chat;
  const kept = { _id, room, seq, kind, user, userId, color, nonce, createdAt };
  return { ...kept, ...(name !== undefined && { name }), takenBack: true } satisfies TakenBackChat;
}

/** How much a chat takes besides its content, in bytes: its ids, its times, its person. */
const AROUND = 300;

/** How much space the content of a chat takes, in bytes. */
export function contentBytes(chat: { chat?: string; bytes?: number }): number {
  return Buffer.byteLength(chat.chat ?? '') + (chat.bytes ?? 0);
}

/** About how much space a chat takes, in bytes. */
export function bytesOf(chat: { chat?: string; bytes?: number }): number {
  return AROUND + contentBytes(chat);
}

/** The chats as people may read them: those that wait to be erased have no content. */
export function withoutErasing(chats: Chat[], erasing: Room['erasing']): Chat[] {
  if (erasing.length === 0) return chats;
  return chats.map((chat) => (erasing.some(({ seq }) => seq === chat.seq) ? withoutContent(chat) : chat));
}

/** The next chat of this room's log. If its sender gave no nonce, its own id is its nonce. */
export function nextChat(room: Pick<Room, '_id' | 'seq'>, said: Said, now: number): Chat {
  const seq = room.seq + 1;
  const _id = chatId(room._id, seq, now);
  const { userId, color, name, nonce = _id } = said;
  const person = { userId, color, ...(name !== undefined && { name }) };
  const base = { _id, room: room._id, seq, ...person, nonce, createdAt: new Date(now) };
  switch (said.kind) {
    case 'chat':
      return { ...base, kind: 'chat', user: color, chat: said.chat };
    case 'gif':
      return { ...base, ...pictureOf(said), kind: 'gif', user: color };
    case 'takeback':
      return { ...base, kind: 'takeback', user: 'system', about: said.about };
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

function pictureOf({
  gif,
  width,
  height,
  bytes,
}: Pick<GifChat, 'gif' | 'width' | 'height'> & { bytes: number }) {
  return { gif, width, height, bytes };
}
