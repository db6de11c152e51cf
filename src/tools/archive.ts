/**
 * The file of a backup: a tar file, which every `tar` can list and unpack. Its first entry says that it is a backup of this
 * program. Its last entry is a SHA-256 over the names, sizes and bytes of all entries before it, so that we notice if the
 * file was cut off or changed.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Header } from 'tar-stream';
import { z } from 'zod';
import { FORMAT } from '../stores/embedded-file';
import { codeOf, reasonOf } from '../system-error';

const FIRST = 'gif-chat-backup.json';
const LAST = 'SHA256';
/** The format of the backup file. The database in it has a format of its own. */
const LAYOUT = 1;
/** The first entry: the formats of the backup and of the database. */
const about = z.object({ layout: z.number(), database: z.number() });

export interface ArchiveWriter {
  /** Adds a file with the bytes that it has now. @throws ENOENT if there is no such file; nothing is added then. */
  file(name: string, path: string): Promise<void>;
  directory(name: string): Promise<void>;
}

interface ArchiveEntry {
  name: string;
  isDirectory: boolean;
  /** Must be read to the end. */
  bytes: AsyncIterable<Buffer>;
}

/**
 * Writes a new file with the entries that `fill` adds. Only its owner may read it. It is on the disk when this resolves.
 */
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
 * Calls `take` with each entry, one after another. The file is known to be whole and unchanged only when this resolves.
 * @throws Error with the reason, if the file is damaged, is of a newer version, or is no backup; and the errors of `take`.
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
    // Errors of the system and of `take` are thrown as they are. The others are from reading the tar.
    if (cause === undefined || codeOf(cause) !== '') throw error;
    const what = position === 'begin' ? 'it is no backup' : `it is damaged: ${reasonOf(cause)}`;
    throw new Error(what, { cause: error });
  }
}

/** Passes the bytes on, and adds them to the hash. */
async function* through(chunks: AsyncIterable<unknown> | Buffer[], digest: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    // The types of tar-stream do not say that its chunks are buffers.
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
