/**
 * LMDB trusts its file: on one that was cut off or written over it brings the process down, or reads nonsense as good.
 * So the file is read once before LMDB opens it, page by page, as its trees hang together.
 * @source mdb.c of liblmdb, as lmdb builds it: MDB_meta, MDB_db, MDB_page_header, MDB_node, MDB_ovpage
 */
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../system-error';

/** The first two pages are metas, written in turn: the one with the newer transaction counts. */
const META_AT = 24;
const META_LENGTH = 136;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
/** A tree without records has this for a root. */
const NO_ROOT = Number.POSITIVE_INFINITY;
/** Flags of trees whose keys are numbers, as the tree of free pages is; and all those that change how trees look. */
const NUMBER_KEYS = 0x08;
const SHAPES = 0xff;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const META = 0x08;
const PAGE_HEADER = 24;
const NODE_HEADER = 8;
const IN_OVERFLOW_PAGES = 0x01;
const IS_TREE = 0x02;
/** MDB_db, the record of a tree, and where its root is in it. */
const TREE_LENGTH = 48;
/** MDB_ovpage, which stands in the place of a value that has pages of its own. */
const OVERFLOW_LENGTH = 24;
/** What Node throws for a number that points beyond a page. */
const POINTS_BEYOND = ['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS'];
/** Bytes read at once. */
const CHUNK = 1 << 20;

/** What is there is no database, or not as it was written. */
export class DamagedFile extends Error {
  override name = 'DamagedFile';
}

/**
 * Resolves when the file is missing, empty, or a whole database; about half a second for a million chats.
 * What is inside keys and values is not looked at.
 * @throws DamagedFile, or what the system threw.
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
  /** How many of each its record says that there are. */
  claimed: Counts;
  found: Counts;
}

interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

/** A page to look at: `level` is 1 for a leaf; `length` is how many pages a value takes, 0 for a page of the tree. */
interface Step {
  page: number;
  tree: Tree;
  level: number;
  length: number;
}

/** All trees level by level, each level in the order of the file, so that it is read from front to back. */
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

/** @throws DamagedFile when these are no metas of a database. */
async function readMetas(handle: FileHandle) {
  const first = await readMeta(handle, 0, 0);
  const second = await readMeta(handle, 1, first.pageSize);
  const isPair =
    second.pageSize === first.pageSize &&
    second.flags === first.flags &&
    // In a compacted copy one was never written.
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
    (header.readUInt16LE(18) & META) !== 0 &&
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
  if ((bytes.readUInt16LE(18) & OVERFLOW) === 0 || bytes.readUInt32LE(20) !== length) throw damaged(page);
  tree.found.overflows += length;
}

/** What the page's nodes point to, after a look at where they are. */
function stepsIn(bytes: Buffer, { page, tree, level }: Step): Step[] {
  const flags = bytes.readUInt16LE(18);
  const lower = bytes.readUInt16LE(20);
  const isLeaf = level === 1;
  const isRight = (flags & (BRANCH | LEAF | OVERFLOW | META)) === (isLeaf ? LEAF : BRANCH) && lower % 2 === 0;
  if (!isRight) throw damaged(page);
  const nodes = lower / 2;
  tree.found[isLeaf ? 'leaves' : 'branches'] += 1;
  if (isLeaf) tree.found.entries += nodes;
  const steps: Step[] = [];
  let used = PAGE_HEADER + bytes.readUInt16LE(22);
  for (let index = 0; index < nodes; index++) {
    const at = PAGE_HEADER + bytes.readUInt16LE(PAGE_HEADER + index * 2);
    const low = bytes.readUInt32LE(at);
    const flag = bytes.readUInt16LE(at + 4);
    const valueAt = at + NODE_HEADER + bytes.readUInt16LE(at + 6);
    const isElsewhere = isLeaf && (flag & IN_OVERFLOW_PAGES) !== 0;
    const end = valueAt + (isElsewhere ? OVERFLOW_LENGTH : isLeaf ? low : 0);
    if (end > bytes.length) throw damaged(page);
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
  // The nodes fill the page from here to its end.
  if (used !== bytes.length) throw damaged(page);
  return steps;
}

function treeOf(record: Buffer, shape = 0): Tree {
  if ((record.readUInt16LE(4) & SHAPES) !== shape) throw new DamagedFile('its file is damaged');
  return {
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

/** Reads pages: `now` gives one that came along with the one before, as most do. */
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

/** An unsigned number of 64 bits, of which pages and counts use no more than 48. */
function numberAt(bytes: Buffer, at: number): number {
  const high = bytes.readUInt16LE(at + 6);
  return high === 0 ? bytes.readUIntLE(at, 6) : NO_ROOT;
}

function damaged(page: number): DamagedFile {
  return new DamagedFile(`its file is damaged at page ${String(page)}`);
}
