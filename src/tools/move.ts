/** `npm run db:move -- mongodb://…`: copies the embedded database to MongoDB. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command';
import { createProgress } from './progress';
import { loadPlaces, type Places } from '../config';
import { DATABASE_FILE } from '../stores/embedded-file';
import { readEmbedded } from '../stores/embedded-reader';
import { lockDirectory } from '../stores/lock';
import { openMoveTarget, type MovedPart, type MoveTarget, type Stored } from '../stores/move-target';

const USAGE = `Usage: npm run db:move -- mongodb://<host>/<database>
Copies the rooms, chats and sessions of DATA_DIR to MongoDB and compares them. Stop the server first. What was broken
off may be run again. Nothing is removed, and the GIFs stay in UPLOADS_DIR.`;
const BATCH = 500;

/**
 * Copies everything, then reads both databases and compares counts and hashes.
 * @returns a sentence about what was done. @throws Error with one line, without the URL's credentials.
 */
async function move(url: string, { dataDir, uploadsDir }: Omit<Places, 'mongoUrl'>): Promise<string> {
  if (!/^mongodb(\+srv)?:\/\/./.test(url))
    throw new Error('the address must begin with mongodb:// or mongodb+srv://');
  if (!existsSync(path.join(dataDir, DATABASE_FILE))) throw new Error(`there is no database in ${dataDir}`);
  const lock = await lockDirectory(dataDir);
  try {
    const source = await readEmbedded(dataDir);
    return await thenClose(source, async () =>
      thenClose(await openMoveTarget(url, source), async (target) => {
        await fill(target);
        const counts = target.parts.map(({ name, count }) => `${String(count)} ${name}`).join(', ');
        return `${target.location} holds what is in ${dataDir}: ${counts}. Counts and hashes agree.
The GIFs stay in ${uploadsDir}. Start the server with MONGO_URL and, as before, COOKIE_SECRET, DATA_DIR and UPLOADS_DIR.`;
      }),
    );
  } finally {
    await lock.release();
  }
}

async function fill(target: MoveTarget): Promise<void> {
  await target.prepare();
  for (const part of target.parts) await copy(part);
  for (const part of target.parts) {
    if (!(await isSame(part)))
      throw new Error(`${target.location} does not hold the same ${part.name}: run it again`);
  }
}

async function copy(part: MovedPart): Promise<void> {
  const progress = createProgress(`copying ${part.name}`, part.count);
  for (const batch of batchesOf(part.documents())) {
    await part.put(batch);
    progress.add(batch.length);
  }
  progress.end();
}

/** Whether both databases have the same number of these documents, and the same hash over all of them. */
async function isSame(part: MovedPart): Promise<boolean> {
  const progress = createProgress(`comparing ${part.name}`, part.count);
  const [here, there] = [createHash('sha256'), createHash('sha256')];
  let count = 0;
  for (const batch of batchesOf(part.documents())) {
    const compared = batch.filter((document) => part.isCompared(document));
    count += compared.length;
    for (const document of compared) here.update(`${textOf(document)}\n`);
    for (const document of await part.stored(compared)) there.update(`${textOf(document)}\n`);
    progress.add(batch.length);
  }
  progress.end();
  return here.digest('hex') === there.digest('hex') && count === (await part.countCompared());
}

function* batchesOf(documents: Iterable<Stored>): Generator<Stored[]> {
  let batch: Stored[] = [];
  for (const document of documents) {
    if (batch.push(document) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The document as JSON with sorted keys, because databases may store the fields in another order. */
function textOf(document: Stored): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Does the work with a resource and closes the resource in any case. */
async function thenClose<R extends { close(): Promise<void> }, T>(
  resource: R,
  work: (resource: R) => Promise<T>,
): Promise<T> {
  try {
    return await work(resource);
  } finally {
    await resource.close();
  }
}

if (require.main === module) runCommand(USAGE, async (url) => move(url, loadPlaces()));
