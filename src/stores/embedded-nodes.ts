/** The records of processes (nodes) in the embedded database. The clock of the store is this machine's clock. */
import type { RootDatabase } from 'lmdb';
import { valuesOf } from './embedded-records';
import type { NodeRecord, Store } from './store';

/** @param write runs work in one transaction of `root`. */
export function embeddedNodes(root: RootDatabase, write: <T>(work: () => T) => Promise<T>): Store['nodes'] {
  const nodes = root.openDB<NodeRecord, string>('nodes', {});
  return {
    enroll: (id) =>
      write(() => {
        void nodes.put(id, { _id: id, beats: 0, lapsedAt: null });
        return Date.now();
      }),
    sign: (id) =>
      write(() => {
        const node = nodes.get(id);
        if (node === undefined || node.lapsedAt !== null) return undefined;
        void nodes.put(id, { ...node, beats: node.beats + 1 });
        return Date.now();
      }),
    all: async () => valuesOf(nodes.getRange()),
    lapse: (id, beats) =>
      write(() => {
        const node = nodes.get(id);
        if (node?.beats !== beats || node.lapsedAt !== null) return false;
        void nodes.put(id, { ...node, lapsedAt: Date.now() });
        return true;
      }),
    forget: (id) =>
      write(() => {
        void nodes.remove(id);
      }),
  };
}
