/**
 * A backup's one file: a tar that any `tar` lists and unpacks. Its first entry says what it is; its last one is a
 * SHA-256 over the names, sizes and bytes of all before it, so that what is cut off or altered is noticed.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Header } from 'tar-stream';
import { z } from 'zod';
import { FORMAT, reasonOf } from '../stores/embedded';
import { codeOf } from '../system-error';

const FIRST = 'gif-chat-backup.json';
const LAST = 'SHA256';
/** How a backup is laid out; with the layout of the database in it. */
const LAYOUT = 1;
const about = z.object({ layout: z.number(), database: z.number() });

export interface ArchiveWriter {
  /** Adds the bytes that a file has now. @throws ENOENT, with nothing added, when it is not there. */
  file(name: string, path: string): Promise<void>;
  directory(name: string): Promise<void>;
}

export interface ArchiveEntry {
  name: string;
  isDirectory: boolean;
  /** To be read to its end. */
  bytes: AsyncIterable<Buffer>;
}

/** Writes a new file, for its owner's eyes, with what `fill` adds; it is on the disk when this resolves. */
export async function writeArchive(
  file: string,
  fill: (archive: ArchiveWriter) => Promise<void>,
): Promise<void> {
  const archive = pack();
  const digest = createHash('sha256');

  async function add(
    header: Pick<Header, 'name' | 'size'> & Partial<Header>,
    bytes: AsyncIterable<Buffer> | Buffer[],
  ): Promise<void> {
    digest.update(stampOf(header));
    const entry = archive.entry(header);
    if (header.type === 'directory') return;
    await pipeline(through(bytes, digest), entry);
  }
  const addText = (name: string, content: string) => {
    const bytes = Buffer.from(content);
    return add({ name, size: bytes.length, mode: 0o600 }, [bytes]);
  };

  async function fillAll(): Promise<void> {
    const database = FORMAT;
    await addText(FIRST, `${JSON.stringify({ layout: LAYOUT, database, createdAt: new Date() })}\n`);
    await fill({
      async file(name, path) {
        const handle = await open(path);
        const { size } = await handle.stat();
        await add({ name, size, mode: 0o600 }, handle.createReadStream());
      },
      directory: (name) => add({ name, size: 0, type: 'directory', mode: 0o700 }, []),
    });
    await addText(LAST, `${digest.copy().digest('hex')}\n`);
    archive.finalize();
  }

  const written = pipeline(archive, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
  await Promise.all([fillAll(), written]);
}

/**
 * Gives each entry to `take`, one after another; whether all was there and unaltered is known at the end.
 * @throws Error with the reason when it is damaged, of a newer version, or something else.
 */
export async function readArchive(file: string, take: (entry: ArchiveEntry) => Promise<void>): Promise<void> {
  const digest = createHash('sha256');
  const archive = extract();
  const failure = pipeline(createReadStream(file), archive).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  let position: 'begin' | 'middle' | 'end' = 'begin';
  try {
    for await (const entry of archive) {
      const { name, size, type } = entry.header;
      if (position === 'end' || (position === 'begin') !== (name === FIRST))
        throw new Error('it is no backup');
      if (name === LAST) {
        position = 'end';
        if ((await text(entry)).trim() !== digest.digest('hex')) throw new Error('it is damaged');
        continue;
      }
      digest.update(stampOf({ name, size }));
      const bytes = through(entry, digest);
      if (position === 'begin') checkAbout(await text(bytes));
      else await take({ name, isDirectory: type === 'directory', bytes });
      position = 'middle';
    }
    if (position !== 'end' && (await failure) === undefined)
      throw new Error(position === 'begin' ? 'it is no backup' : 'it is not whole');
  } catch (error) {
    const cause = await failure;
    // What the system or whoever takes says is told as it is; the rest is the tar's.
    if (cause === undefined || codeOf(cause) !== '') throw error;
    const what = position === 'begin' ? 'it is no backup' : `it is damaged: ${reasonOf(cause)}`;
    throw new Error(what, { cause: error });
  }
}

async function* through(chunks: AsyncIterable<unknown> | Buffer[], digest: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    // The tar's streams do not say so in their types.
    if (!Buffer.isBuffer(chunk)) throw new TypeError('what was read is not bytes');
    digest.update(chunk);
    yield chunk;
  }
}

function checkAbout(json: string): void {
  const { success, data } = about.safeParse(parse(json));
  if (!success) throw new Error('it is no backup');
  if (data.layout > LAYOUT || data.database > FORMAT)
    throw new Error('it is of a newer version of this program');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function stampOf({ name, size }: { name: string; size: number }): string {
  return `${name}\n${String(size)}\n`;
}
