/** The book's schema of a room, with the fields that this program adds. */
import { Schema, type Types } from 'mongoose';
import type { StoredChat } from './chat';
import type { Erasing, Room } from '../types/room';

/** A room as MongoDB stores it. */
export interface StoredRoom extends Omit<Room, '_id' | 'peopleVersion' | 'erasing' | 'bytes'> {
  _id: Types.ObjectId;
  /** These are missing in rooms that an earlier version of the program stored. */
  peopleVersion?: number;
  erasing?: Erasing[];
  bytes?: number;
  /** The chats of the last commit, which are copied to the collection `chats` later. Only the store uses it. */
  tail: StoredChat[];
}

/** Its indexes find the rooms that are due, the list of open rooms, and the rooms in which a node has sockets. */
export const roomSchema = new Schema<StoredRoom>(
  {
    title: { type: String, required: true },
    max: { type: Number, required: true, default: 10, min: 2 },
    owner: { type: String, required: true },
    ownerId: { type: String, required: true },
    password: { type: String, default: null },
    ephemeral: { type: Boolean, default: false },
    createdAt: { type: Date, default: Date.now },
    version: { type: Number, required: true },
    peopleVersion: Number,
    seq: { type: Number, required: true },
    bytes: Number,
    people: [
      {
        _id: false,
        id: String,
        color: String,
        name: String,
        since: Number,
        entered: Boolean,
        sockets: [{ _id: false, node: String, id: String }],
        until: { type: Number, default: null },
      },
    ],
    admitted: [String],
    barred: [String],
    count: { type: Number, required: true },
    emptyAt: { type: Number, default: null },
    closedAt: { type: Number, default: null },
    dueAt: { type: Number, default: null },
    erasing: [{ _id: false, seq: Number, gif: String, bytes: Number }],
    recent: [{ _id: String, userId: String, nonce: String, seq: Number, takenBack: Boolean }],
    writes: { type: Schema.Types.Mixed, default: () => ({}) },
    tail: { type: Schema.Types.Mixed, default: () => [] },
  },
  { versionKey: false, minimize: false },
);

roomSchema.index({ dueAt: 1 });
roomSchema.index({ closedAt: 1, _id: -1 });
roomSchema.index({ 'people.sockets.node': 1 });
