/** The record of a process (node) that uses the database. */
import { Schema } from 'mongoose';

/** A node's record as MongoDB stores it. */
export interface StoredNode {
  _id: string;
  /** How many signs of life the process has given. */
  beats: number;
  /** The database's clock at the last sign of life. */
  at: Date;
  /** When another process found it dead; null while it counts as alive. */
  lapsedAt: Date | null;
}

/** Nodes are found by their id alone, so there is no further index. */
export const nodeSchema = new Schema<StoredNode>(
  {
    _id: { type: String, required: true },
    beats: { type: Number, required: true },
    at: Date,
    lapsedAt: { type: Date, default: null },
  },
  { versionKey: false },
);
