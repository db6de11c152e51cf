/** The book's schema of a chat, with the fields that this program adds. */
import { Schema, type Types } from 'mongoose';
import { KINDS } from '../shared/kinds';
import type { Chat } from '../types/room';

type Stored<T> = T extends unknown
  ? Omit<T, '_id' | 'room'> & { _id: Types.ObjectId; room: Types.ObjectId }
  : never;

/** A chat as MongoDB stores it. */
export type StoredChat = Stored<Chat>;

/** Its indexes find chats by number, by nonce, and by GIF. */
export const chatSchema = new Schema<StoredChat>(
  {
    room: { type: Schema.Types.ObjectId, required: true, ref: 'Room' },
    seq: { type: Number, required: true },
    kind: { type: String, required: true, enum: Object.keys(KINDS) },
    user: { type: String, required: true },
    userId: { type: String, required: true },
    color: { type: String, required: true },
    name: String,
    nonce: { type: String, required: true },
    chat: String,
    gif: String,
    width: Number,
    height: Number,
    bytes: Number,
    about: Number,
    takenBack: Boolean,
    createdAt: { type: Date, default: Date.now },
  },
  { versionKey: false },
);

chatSchema.index({ room: 1, seq: 1 }, { unique: true });
chatSchema.index({ room: 1, userId: 1, nonce: 1 });
chatSchema.index({ room: 1, gif: 1 });
