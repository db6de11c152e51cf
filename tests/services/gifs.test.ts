import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createGifs, type Gifs } from '../../src/services/gifs';
import type { Store } from '../../src/stores/store';
import { until } from '../support/app';
import { gif } from '../support/gif';
import { openTestStore, type TestStore } from '../support/store';
import { gifOf, newId, next, roomWith } from '../support/values';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let uploads: string;
let kept: TestStore;
const looking: Gifs[] = [];
beforeEach(async () => {
  uploads = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-uploads-'));
  kept = await openTestStore();
});
afterEach(async () => {
  for (const gifs of looking.splice(0)) gifs.stop();
  await kept.dispose();
  await rm(uploads, { recursive: true });
});

/** Counts its looks for files that nothing names. */
function gifsOf(lookEvery?: number) {
  const looks = { count: 0 };
  const existing: Store['rooms']['existing'] = (ids) => {
    looks.count++;
    return kept.store.rooms.existing(ids);
  };
  const store: Store = { ...kept.store, rooms: { ...kept.store.rooms, existing } };
  const gifs = createGifs(uploads, store, lookEvery);
  looking.push(gifs);
  return { gifs, looks };
}

async function put(...names: string[]): Promise<string> {
  const file = path.join(uploads, ...names);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, gif());
  return file;
}

/** A room with a GIF that a chat names, one that none does, a folder without a room, and one that is arriving. */
async function anUntidyFolder() {
  const room = roomWith();
  await kept.store.rooms.insert(room);
  const said = gifOf(room, 1);
  await kept.store.rooms.commit(room, next(room, { seq: 1 }), [said]);
  const files = {
    named: await put(said.gif),
    nameless: await put(room._id, `${'a'.repeat(32)}.gif`),
    ofNoRoom: await put(newId(), `${'b'.repeat(32)}.gif`),
    arriving: await put('.incoming', 'c'),
  };
  return { room, files };
}

async function filesLeft(): Promise<string[]> {
  const found = await readdir(uploads, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
}

async function age(files: string[], ms: number): Promise<void> {
  for (const file of files) await utimes(file, new Date(), new Date(Date.now() - ms));
}

test('at the start, what nothing names goes when it is over an hour old', async () => {
  const { files } = await anUntidyFolder();
  const all = Object.values(files);
  await age([...all, path.dirname(files.ofNoRoom)], HOUR - MINUTE);
  await gifsOf().gifs.start();
  expect((await filesLeft()).sort()).toEqual(all.sort());
  await age([...all, path.dirname(files.ofNoRoom)], HOUR + MINUTE);
  await gifsOf().gifs.start();
  expect(await filesLeft()).toEqual([files.named]);
});

test('what nothing names goes, too, when the clock was moved back since it came', async () => {
  const { files } = await anUntidyFolder();
  await age([...Object.values(files), path.dirname(files.ofNoRoom)], -HOUR - MINUTE);
  await gifsOf().gifs.start();
  expect(await filesLeft()).toEqual([files.named]);
});

test('what came while we run goes at the second look that finds it nameless, however old the clock makes it', async () => {
  const { gifs, looks } = gifsOf(200);
  await gifs.start();
  const first = looks.count;
  const file = await put('.incoming', 'c');
  await age([file], HOUR);
  await until(async () => (await filesLeft()).length === 0);
  expect(looks.count - first).toBeGreaterThanOrEqual(2);
});

test('a GIF whose chat is on its way stays, and one whose chat was refused goes', async () => {
  const { room } = await anUntidyFolder();
  const { gifs, looks } = gifsOf(50);
  await gifs.start();
  const accepted = await gifs.accept(room._id, await put('.incoming', 'd'));
  const isThere = async () => (await filesLeft()).includes(path.join(uploads, accepted.gif));
  const before = looks.count;
  await until(() => Promise.resolve(looks.count >= before + 4));
  expect(await isThere()).toBe(true);
  gifs.settle(accepted.gif, false);
  await until(async () => !(await isThere()));
});
