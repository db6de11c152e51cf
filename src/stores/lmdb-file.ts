/** lmdb brings the process down on a file that is no database, or only part of one: here that is seen before. */
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../system-error';

/** Each of the first two pages holds a meta record behind its header; the one with the newer transaction counts. */
const META_AT = 24;
const META_LENGTH = 136;
const MAGIC = 0xbeefc0de;
const NO_ROOT = 0xffff_ffff_ffff_ffffn;

/**
 * Resolves when the file is missing, empty, or begins as a database whose roots are in it.
 * @throws Error with the reason otherwise.
 * @source struct MDB_meta in liblmdb's mdb.c, as lmdb builds it
 */
export async function checkLmdbFile(file: string): Promise<void> {
  let handle;
  try {
    handle = await open(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    if (size === 0) return;
    const first = await readMeta(handle, 0n);
    const second = await readMeta(handle, first.pageSize);
    const { pageSize, lastRoot } = second.transaction > first.transaction ? second : first;
    if ((lastRoot + 1n) * pageSize > BigInt(size)) throw new Error('its file is not whole');
  } finally {
    await handle.close();
  }
}

async function readMeta(handle: FileHandle, pageAt: bigint) {
  const { buffer: meta, bytesRead } = await handle.read(
    Buffer.alloc(META_LENGTH),
    0,
    META_LENGTH,
    Number(pageAt) + META_AT,
  );
  if (bytesRead < META_LENGTH || meta.readUInt32LE(0) !== MAGIC) throw new Error('its file is no database');
  const roots = [meta.readBigUInt64LE(64), meta.readBigUInt64LE(112)].filter((root) => root !== NO_ROOT);
  return {
    pageSize: BigInt(meta.readUInt32LE(24)),
    lastRoot: roots.reduce((last, root) => (root > last ? root : last), 1n),
    transaction: meta.readBigUInt64LE(128),
  };
}
