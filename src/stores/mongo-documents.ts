/** Rooms and chats as documents of MongoDB, where ids are ObjectIds. */
import { Types } from 'mongoose';
import type { StoredChat, StoredRoom } from '../schemas';
import type { Chat, Room } from '../types/room';

/** A room from its stored form. If it has no `peopleVersion`, we assume that the last commit changed the people. */
export function toRoom({
  _id,
  peopleVersion,
  erasing = [],
  bytes = 0,
  ...room
}: Omit<StoredRoom, 'tail'>): Room {
  return { ...room, peopleVersion: peopleVersion ?? room.version, erasing, bytes, _id: _id.toHexString() };
}

/** The stored form of a room, without a tail. */
export function fromRoom({ _id, ...room }: Room): StoredRoom {
  return { _id: new Types.ObjectId(_id), ...room, tail: [] };
}

/** A chat from its stored form. */
export function toChat({ _id, room, ...chat }: StoredChat): Chat {
  return { ...chat, _id: _id.toHexString(), room: room.toHexString() };
}

/** The stored form of a chat. */
export function fromChat({ _id, room, ...chat }: Chat): StoredChat {
  return { _id: new Types.ObjectId(_id), room: new Types.ObjectId(room), ...chat };
}
