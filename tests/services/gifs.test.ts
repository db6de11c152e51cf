import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGifs, type Gifs } from '../../src/services/gifs';
import { gifFolder } from '../../src/stores/gif-files';
import type { Store } from '../../src/stores/store';
import { until } from '../support/app';
import { bytes, gif } from '../support/gif';
import { openTestStore, type TestStore } from '../support/store';
import { gifOf, newId, next, roomWith } from '../support/values';
import { SPACE } from '../support/values';

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
  await Promise.all(looking.splice(0).map((gifs) => gifs.stop()));
  await kept.dispose();
  await rm(uploads, { recursive: true });
});

/** GIFs over the test's store. `looks` counts how often they looked for files that no chat or room names. */
function gifsOf(pace = {}) {
  const looks = { count: 0 };
  const existing: Store['rooms']['existing'] = (ids) => {
    looks.count++;
    return kept.store.rooms.existing(ids);
  };
  const store: Store = { ...kept.store, rooms: { ...kept.store.rooms, existing } };
  const gifs = createGifs(gifFolder(uploads), store, SPACE, pace);
  looking.push(gifs);
  return { gifs, looks };
}

async function put(...names: string[]): Promise<string> {
  const file = path.join(uploads, ...names);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, gif());
  return file;
}

/** Makes a GIF that a chat names, one that no chat names, one in a folder without a room, and an unfinished upload. */
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

test('the start deletes files that nothing names if they are over an hour old', async () => {
  const { files } = await anUntidyFolder();
  const all = Object.values(files);
  await age([...all, path.dirname(files.ofNoRoom)], HOUR - MINUTE);
  await gifsOf().gifs.start();
  expect((await filesLeft()).sort()).toEqual(all.sort());
  await age([...all, path.dirname(files.ofNoRoom)], HOUR + MINUTE);
  await gifsOf().gifs.start();
  expect(await filesLeft()).toEqual([files.named]);
});

test('the start deletes them also if the clock was moved back since they came', async () => {
  const { files } = await anUntidyFolder();
  await age([...Object.values(files), path.dirname(files.ofNoRoom)], -HOUR - MINUTE);
  await gifsOf().gifs.start();
  expect(await filesLeft()).toEqual([files.named]);
});

test('a file that came while we run is deleted at the second look that finds it nameless, whatever its date', async () => {
  const { gifs, looks } = gifsOf({ lookEvery: 200 });
  await gifs.start();
  const first = looks.count;
  const file = await put('.incoming', 'c');
  await age([file], HOUR);
  await until(async () => (await filesLeft()).length === 0);
  expect(looks.count - first).toBeGreaterThanOrEqual(2);
});

test('a GIF stays while its chat is being stored, and is deleted when the chat was refused', async () => {
  const { room } = await anUntidyFolder();
  const { gifs, looks } = gifsOf({ lookEvery: 250 });
  await gifs.start();
  const accepted = await gifs.accept(room._id, await arrived(gifs));
  const isThere = async () => (await filesLeft()).includes(path.join(uploads, accepted.gif));
  const before = looks.count;
  await until(() => Promise.resolve(looks.count >= before + 4));
  expect(await isThere()).toBe(true);
  gifs.settle(accepted.gif, false);
  await until(async () => !(await isThere()));
});

test('other processes on the same folder keep a GIF whose chat is still being stored after hours', async () => {
  const { room } = await anUntidyFolder();
  const { gifs } = gifsOf({ touchEvery: 20 });
  await gifs.start();
  const { gif } = await gifs.accept(room._id, await arrived(gifs));
  const file = path.join(uploads, gif);
  await age([file], 2 * HOUR);
  await until(async () => Date.now() - (await stat(file)).mtimeMs < HOUR);
  await gifsOf().gifs.start();
  expect(await filesLeft()).toContain(file);
  gifs.settle(gif, true);
  await age([file], 2 * HOUR);
  await gifsOf().gifs.start();
  expect(await filesLeft()).not.toContain(file);
});

test('the part of a GIF that could be read is stored, and the upload is deleted', async () => {
  const { room } = await anUntidyFolder();
  const { gifs } = gifsOf();
  await gifs.start();
  const before = await filesLeft();
  const { gif: name, ...size } = await gifs.accept(
    room._id,
    await arrived(gifs, bytes(gif(), 'and a letter')),
  );
  expect(size).toEqual({ width: 4, height: 4, bytes: gif().length });
  const file = path.join(uploads, name);
  expect(await readFile(file)).toEqual(gif());
  expect((await filesLeft()).sort()).toEqual([...before, file].sort());
});

test.each([
  ['NOT_A_GIF', Buffer.from('<script>1</script>')],
  ['TOO_LARGE', gif({ frames: 501 })],
  ['ROOM_NOT_FOUND', gif()],
])('an upload that is refused with %s leaves no file', async (code, upload) => {
  const { room } = await anUntidyFolder();
  const { gifs } = gifsOf();
  await gifs.start();
  const before = await filesLeft();
  const roomId = code === 'ROOM_NOT_FOUND' ? newId() : room._id;
  await expect(gifs.accept(roomId, await arrived(gifs, upload))).rejects.toMatchObject({ code });
  expect(await filesLeft()).toEqual(before);
});

test('an upload that breaks off leaves no file', async () => {
  const { gifs } = gifsOf();
  await gifs.start();
  const broken = Readable.from(
    (async function* () {
      yield gif();
      throw new Error('the line broke');
    })(),
  );
  await expect(gifs.arrive(broken)).rejects.toThrow('the line broke');
  expect(await filesLeft()).toEqual([]);
});

/** Uploads a file. @returns the name of the upload. */
const arrived = (gifs: Gifs, upload = gif()) => gifs.arrive(Readable.from([upload]));
