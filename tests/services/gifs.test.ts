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
function gifsOf(pace = {}) {
  const looks = { count: 0 };
  const existing: Store['rooms']['existing'] = (ids) => {
    looks.count++;
    return kept.store.rooms.existing(ids);
  };
  const store: Store = { ...kept.store, rooms: { ...kept.store.rooms, existing } };
  const gifs = createGifs(gifFolder(uploads), store, pace);
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
  const { gifs, looks } = gifsOf({ lookEvery: 200 });
  await gifs.start();
  const first = looks.count;
  const file = await put('.incoming', 'c');
  await age([file], HOUR);
  await until(async () => (await filesLeft()).length === 0);
  expect(looks.count - first).toBeGreaterThanOrEqual(2);
});

test('a GIF whose chat is on its way stays, and one whose chat was refused goes', async () => {
  const { room } = await anUntidyFolder();
  const { gifs, looks } = gifsOf({ lookEvery: 50 });
  await gifs.start();
  const accepted = await gifs.accept(room._id, await arrived(gifs));
  const isThere = async () => (await filesLeft()).includes(path.join(uploads, accepted.gif));
  const before = looks.count;
  await until(() => Promise.resolve(looks.count >= before + 4));
  expect(await isThere()).toBe(true);
  gifs.settle(accepted.gif, false);
  await until(async () => !(await isThere()));
});

test('a GIF whose chat has been on its way for hours stays for other processes that share the folder, too', async () => {
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

test('what is kept of a GIF is what could be read of it, and the upload goes', async () => {
  const { room } = await anUntidyFolder();
  const { gifs } = gifsOf();
  await gifs.start();
  const before = await filesLeft();
  const { gif: name, ...size } = await gifs.accept(
    room._id,
    await arrived(gifs, bytes(gif(), 'and a letter')),
  );
  expect(size).toEqual({ width: 4, height: 4 });
  const file = path.join(uploads, name);
  expect(await readFile(file)).toEqual(gif());
  expect((await filesLeft()).sort()).toEqual([...before, file].sort());
});

test.each([
  ['NOT_A_GIF', Buffer.from('<script>1</script>')],
  ['TOO_LARGE', gif({ frames: 501 })],
  ['ROOM_NOT_FOUND', gif()],
])('an upload that is refused with %s leaves nothing', async (code, upload) => {
  const { room } = await anUntidyFolder();
  const { gifs } = gifsOf();
  await gifs.start();
  const before = await filesLeft();
  const roomId = code === 'ROOM_NOT_FOUND' ? newId() : room._id;
  await expect(gifs.accept(roomId, await arrived(gifs, upload))).rejects.toMatchObject({ code });
  expect(await filesLeft()).toEqual(before);
});

test('an upload that breaks off leaves nothing', async () => {
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

/** Its name as an upload. */
const arrived = (gifs: Gifs, upload = gif()) => gifs.arrive(Readable.from([upload]));
