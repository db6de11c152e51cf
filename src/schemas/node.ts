/** A process's sign of life. */
import { Schema } from 'mongoose';

/** `at` is the database's clock at the last beat. */
export interface StoredNode {
  _id: string;
  beats: number;
  at: Date;
  lapsedAt: Date | null;
}

export const nodeSchema = new Schema<StoredNode>(
  {
    _id: { type: String, required: true },
    beats: { type: Number, required: true },
    at: Date,
    lapsedAt: { type: Date, default: null },
  },
  { versionKey: false },
);
