/** The records of processes (nodes) in MongoDB. The clock of the store is the database's clock. */
import type { NodeRecord, Store } from './store';
import type { Models, StoredNode } from '../schemas';

/** The part `nodes` of the store. */
export function mongoNodes(Node: Models['Node']): Store['nodes'] {
  return {
    async enroll(id) {
      const record = { $set: { beats: 0, lapsedAt: null }, $currentDate: { at: true } } as const;
      const node = await Node.findByIdAndUpdate(id, record, {
        upsert: true,
        returnDocument: 'after',
      }).lean();
      return node.at.getTime();
    },
    async sign(id) {
      const sign = { $inc: { beats: 1 }, $currentDate: { at: true } } as const;
      const node = await Node.findOneAndUpdate({ _id: id, lapsedAt: null }, sign, {
        returnDocument: 'after',
      }).lean();
      return node?.at.getTime();
    },
    all: async () => (await Node.find().lean()).map(toNode),
    async lapse(id, beats) {
      const mark = { $currentDate: { lapsedAt: true } } as const;
      return (await Node.updateOne({ _id: id, beats, lapsedAt: null }, mark)).matchedCount === 1;
    },
    async forget(id) {
      await Node.deleteOne({ _id: id });
    },
  };
}

/** The stored form of a record from another store. */
export function fromNode({ _id, beats, lapsedAt }: NodeRecord): StoredNode {
  // The time of the last sign of life is not known here. Nothing depends on it.
  return { _id, beats, at: new Date(lapsedAt ?? 0), lapsedAt: lapsedAt === null ? null : new Date(lapsedAt) };
}

function toNode({ _id, beats, lapsedAt }: StoredNode): NodeRecord {
  return { _id, beats, lapsedAt: lapsedAt?.getTime() ?? null };
}
