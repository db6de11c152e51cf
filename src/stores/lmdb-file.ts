/**
 * Checks the file of an LMDB database. LMDB trusts its file: if a file was cut off or overwritten, LMDB crashes the process
 * or reads wrong data. So before LMDB opens a file, we read it once and check that its trees are whole.
 * @source mdb.c of liblmdb, as lmdb builds it: MDB_meta, MDB_db, MDB_page_header, MDB_node, MDB_ovpage
 */
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../system-error';

/** The first two pages are the meta pages. They are written in turn, and the one with the newer transaction is valid. */
const META_AT = 24;
const META_LENGTH = 136;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
/** The root of a tree without records. */
const NO_ROOT = Number.POSITIVE_INFINITY;
/** The flag of a tree whose keys are numbers, such as the tree of free pages; and all flags that change a tree's layout. */
const NUMBER_KEYS = 0x08;
const SHAPES = 0xff;
/** What a page is. In the file, a page has one of these flags and no other: with another, LMDB would read it as another page. */
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const META = 0x08;
const PAGE_HEADER = 24;
const NODE_HEADER = 8;
const IN_OVERFLOW_PAGES = 0x01;
const IS_TREE = 0x02;
/** The length of the record of a tree (MDB_db). */
const TREE_LENGTH = 48;
/** The length of MDB_ovpage: it is in the node instead of a large value, and says which overflow pages have the value. */
const OVERFLOW_LENGTH = 24;
/** The errors that Node throws if a number of the file points beyond its page. */
const POINTS_BEYOND = ['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS'];
/** How many bytes are read at once. */
const CHUNK = 1 << 20;

/** The file is no database, or it was changed after LMDB wrote it. */
export class DamagedFile extends Error {
  override name = 'DamagedFile';
}

/**
 * Resolves if the file is missing, empty, or a whole database. It takes about half a second for a million chats. That keys
 * are in order is checked; the bytes inside values are not.
 * @throws DamagedFile, or the error of the system.
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
    if (size > 0) await checkTrees(handle, size);
  } catch (error) {
    throw POINTS_BEYOND.includes(codeOf(error)) ? new DamagedFile('its file is damaged') : error;
  } finally {
    await handle.close();
  }
}

interface Tree {
  depth: number;
  root: number;
  hasNumberKeys: boolean;
  /** How many pages and entries the tree has, as its record says. */
  claimed: Counts;
  /** How many we found. */
  found: Counts;
}

interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

/** A page that must be checked. */
interface Step {
  page: number;
  tree: Tree;
  /** The height of the page in its tree: 1 for a leaf. */
  level: number;
  /** How many overflow pages begin here; 0 if this is a page of the tree itself. */
  length: number;
}

/** Checks all trees, level by level. The pages of a level are sorted, so that the file is read from front to back. */
async function checkTrees(handle: FileHandle, size: number): Promise<void> {
  const { pageSize, lastPage, transaction, trees } = await readMetas(handle);
  const pages = Math.floor(size / pageSize);
  const seen = new Uint8Array(pages);
  const read = reader(handle, pageSize);
  let steps = trees.flatMap(stepInto);
  while (steps.length > 0) {
    const next: Step[] = [];
    for (const step of steps.sort((one, other) => one.page - other.page)) {
      const last = step.page + Math.max(step.length, 1) - 1;
      if (last > lastPage) throw damaged(step.page);
      if (last >= pages) throw new DamagedFile('its file is not whole');
      const bytes = read.now(step.page) ?? (await read.from(step.page));
      const isRight =
        numberAt(bytes, 0) === step.page && numberAt(bytes, 8) <= transaction && seen[step.page] === 0;
      if (!isRight) throw damaged(step.page);
      seen[step.page] = 1;
      if (step.length > 0) checkOverflow(bytes, step);
      else
        for (const found of stepsIn(bytes, step)) {
          if (found.length === 0 && found.tree !== step.tree) trees.push(found.tree);
          next.push(found);
        }
    }
    steps = next;
  }
  for (const { claimed, found } of trees) {
    const isRight = (Object.keys(claimed) as (keyof Counts)[]).every((what) => claimed[what] === found[what]);
    if (!isRight) throw new DamagedFile('its file is damaged: its records do not add up');
  }
}

/** The valid one of the two meta pages. @throws DamagedFile if they are not meta pages of a database. */
async function readMetas(handle: FileHandle) {
  const first = await readMeta(handle, 0, 0);
  const second = await readMeta(handle, 1, first.pageSize);
  const isPair =
    second.pageSize === first.pageSize &&
    second.flags === first.flags &&
    // In a compacted copy, the first one was never written.
    (first.transaction === 0 || Math.abs(second.transaction - first.transaction) <= 1);
  if (!isPair) throw damaged(1);
  return second.transaction > first.transaction ? second : first;
}

async function readMeta(handle: FileHandle, page: number, at: number) {
  const header = Buffer.alloc(META_AT + META_LENGTH);
  const { bytesRead } = await handle.read(header, 0, header.length, at);
  const meta = header.subarray(META_AT);
  if (bytesRead < header.length || meta.readUInt32LE(0) !== MAGIC)
    throw new DamagedFile('its file is no database');
  const pageSize = meta.readUInt32LE(24);
  const lastPage = numberAt(meta, 120);
  const transaction = numberAt(meta, 128);
  const isRight =
    numberAt(header, 0) === page &&
    header.readUInt16LE(18) === META &&
    (meta.readUInt32LE(4) & 0xffff) === VERSION &&
    pageSize >= 512 &&
    pageSize <= 65_536 &&
    (lastPage + 1) * pageSize <= numberAt(meta, 16) &&
    (transaction === 0 || transaction % 2 === page);
  if (!isRight) throw damaged(page);
  const trees = [treeOf(meta.subarray(24, 72), NUMBER_KEYS), treeOf(meta.subarray(72, 120))];
  return { pageSize, flags: meta.readUInt16LE(28), lastPage, transaction, trees };
}

function checkOverflow(bytes: Buffer, { page, tree, length }: Step): void {
  if (bytes.readUInt16LE(18) !== OVERFLOW || bytes.readUInt32LE(20) !== length) throw damaged(page);
  tree.found.overflows += length;
}

/** Checks a page of a tree. @returns the pages to which its nodes point. */
function stepsIn(bytes: Buffer, { page, tree, level }: Step): Step[] {
  const flags = bytes.readUInt16LE(18);
  const lower = bytes.readUInt16LE(20);
  const isLeaf = level === 1;
  const isRight = flags === (isLeaf ? LEAF : BRANCH) && lower % 2 === 0;
  if (!isRight) throw damaged(page);
  const nodes = lower / 2;
  tree.found[isLeaf ? 'leaves' : 'branches'] += 1;
  if (isLeaf) tree.found.entries += nodes;
  const steps: Step[] = [];
  let used = PAGE_HEADER + bytes.readUInt16LE(22);
  let last: Key | undefined;
  for (let index = 0; index < nodes; index++) {
    const at = PAGE_HEADER + bytes.readUInt16LE(PAGE_HEADER + index * 2);
    const low = bytes.readUInt32LE(at);
    const flag = bytes.readUInt16LE(at + 4);
    const valueAt = at + NODE_HEADER + bytes.readUInt16LE(at + 6);
    const isElsewhere = isLeaf && (flag & IN_OVERFLOW_PAGES) !== 0;
    const end = valueAt + (isElsewhere ? OVERFLOW_LENGTH : isLeaf ? low : 0);
    const key = { from: at + NODE_HEADER, to: valueAt };
    if (end > bytes.length || !isAfter(last, key, bytes, tree)) throw damaged(page);
    // The first node of a branch has no key, as it is for all keys that come before the second one's.
    if (isLeaf || index > 0) last = key;
    used += end - at + (end & 1);
    if (!isLeaf) steps.push({ page: flag * 2 ** 32 + low, tree, level: level - 1, length: 0 });
    else if (isElsewhere) {
      const length = numberAt(bytes, valueAt + 16);
      if (length !== Math.floor((PAGE_HEADER - 1 + low) / bytes.length) + 1) throw damaged(page);
      steps.push({ page: numberAt(bytes, valueAt), tree, level, length });
    } else if ((flag & IS_TREE) !== 0) {
      if (low !== TREE_LENGTH) throw damaged(page);
      steps.push(...stepInto(treeOf(bytes.subarray(valueAt, valueAt + low))));
    }
  }
  // Together, the header, the free space and the nodes must fill the page.
  if (used !== bytes.length) throw damaged(page);
  return steps;
}

/** Where the bytes of a key are in its page. */
interface Key {
  from: number;
  to: number;
}

/** Whether the key comes after the last one. If it does not, the page names a wrong node, or one of them twice. */
function isAfter(last: Key | undefined, key: Key, bytes: Buffer, { hasNumberKeys }: Tree): boolean {
  if (last === undefined) return true;
  if (hasNumberKeys) return numberAt(bytes, key.from) > numberAt(bytes, last.from);
  return bytes.compare(bytes, last.from, last.to, key.from, key.to) > 0;
}

function treeOf(record: Buffer, shape = 0): Tree {
  if ((record.readUInt16LE(4) & SHAPES) !== shape) throw new DamagedFile('its file is damaged');
  return {
    hasNumberKeys: shape === NUMBER_KEYS,
    depth: record.readUInt16LE(6),
    root: numberAt(record, 40),
    claimed: {
      branches: numberAt(record, 8),
      leaves: numberAt(record, 16),
      overflows: numberAt(record, 24),
      entries: numberAt(record, 32),
    },
    found: { branches: 0, leaves: 0, overflows: 0, entries: 0 },
  };
}

function stepInto(tree: Tree): Step[] {
  return tree.root === NO_ROOT ? [] : [{ page: tree.root, tree, level: tree.depth, length: 0 }];
}

/**
 * Reads pages. `from` reads a page, and with it the pages that follow in the file. `now` gives a page if it was read in
 * this way, as most pages are; otherwise undefined.
 */
function reader(handle: FileHandle, pageSize: number) {
  const chunk = Buffer.alloc(CHUNK);
  let first = 0;
  let length = 0;

  function now(page: number): Buffer | undefined {
    const at = page * pageSize - first;
    return at >= 0 && at + pageSize <= length ? chunk.subarray(at, at + pageSize) : undefined;
  }

  async function from(page: number): Promise<Buffer> {
    first = page * pageSize;
    length = (await handle.read(chunk, 0, CHUNK, first)).bytesRead;
    return now(page) ?? chunk.subarray(0, length);
  }

  return { now, from };
}

/** An unsigned number of 64 bits. Page numbers and counts use only 48 bits; a number with more is taken for NO_ROOT. */
function numberAt(bytes: Buffer, at: number): number {
  const high = bytes.readUInt16LE(at + 6);
  return high === 0 ? bytes.readUIntLE(at, 6) : NO_ROOT;
}

function damaged(page: number): DamagedFile {
  return new DamagedFile(`its file is damaged at page ${String(page)}`);
}
