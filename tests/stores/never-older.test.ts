/** A store in front of a database that shows older states for a while, as a stale replica does after a failover. */
import { neverOlder } from '../../src/stores/never-older';
import type { Store } from '../../src/stores/store';
import type { Room } from '../../src/types/room';
import { openTestStore, type TestStore } from '../support/store';
import { next, roomWith } from '../support/values';

/** How long an older state is read again here, in ms. */
const PATIENCE = 200;

let kept: TestStore;
let store: Store;
/** Old states that the replica shows first, one at each read. When `isStuck`, it shows the first of them for ever. */
let stale: Room[];
let isStuck: boolean;
beforeAll(async () => {
  kept = await openTestStore();
});
afterAll(() => kept.dispose());
beforeEach(() => {
  [stale, isStuck] = [[], false];
  const { rooms } = kept.store;
  const shown = () => (isStuck ? stale[0] : stale.shift());
  const get: Store['rooms']['get'] = async (id) => shown() ?? rooms.get(id);
  const marks: Store['rooms']['marks'] = async (ids) => {
    const older = shown();
    return older === undefined ? rooms.marks(ids) : [older];
  };
  store = neverOlder({ ...kept.store, rooms: { ...rooms, get, marks } }, PATIENCE);
});

/** Stores a room and changes it once. @param by the store that makes the change. */
async function changedRoom(by: Store): Promise<{ before: Room; now: Room }> {
  const before = roomWith();
  const now = next(before, { title: '새 제목' });
  await kept.store.rooms.insert(before);
  expect(await by.rooms.commit(before, now, [])).toBe(true);
  return { before, now };
}

test('a state older than one that was already read is read again, until it is newer', async () => {
  const { before, now } = await changedRoom(kept.store);
  expect(await store.rooms.get(now._id)).toEqual(now);
  stale = [before, before];
  expect(await store.rooms.get(now._id)).toEqual(now);
  expect(stale).toEqual([]);
});

test('a state older than a commit of ours is read again, until it is newer', async () => {
  const { before, now } = await changedRoom(store);
  stale = [before];
  expect(await store.rooms.get(now._id)).toEqual(now);
});

test('a commit that lost the race does not count as the newest version', async () => {
  const { before, now } = await changedRoom(kept.store);
  expect(await store.rooms.commit(before, { ...now, version: 9 }, [])).toBe(false);
  expect(await store.rooms.get(now._id)).toEqual(now);
});

test('a state that is as new as the last one, or newer, is given at once', async () => {
  const { now } = await changedRoom(store);
  expect(await store.rooms.get(now._id)).toEqual(now);
  const later = next(now, { title: '더 새 제목' });
  await kept.store.rooms.commit(now, later, []);
  expect(await store.rooms.get(now._id)).toEqual(later);
});

test('marks that are older than what was read are left out; newer ones are given', async () => {
  const { before, now } = await changedRoom(store);
  stale = [before];
  expect(await store.rooms.marks([now._id])).toEqual([]);
  expect(await store.rooms.marks([now._id])).toMatchObject([{ _id: now._id, version: 2 }]);
});

test('a removed room is not found, even if its version was known', async () => {
  const { now } = await changedRoom(store);
  await kept.store.rooms.remove(now._id);
  expect(await store.rooms.get(now._id)).toBeUndefined();
});

test('reading fails when only an older state is shown for too long, and works again when the newer one is shown', async () => {
  const { before, now } = await changedRoom(store);
  [stale, isStuck] = [[before], true];
  const from = performance.now();
  await expect(store.rooms.get(now._id)).rejects.toThrow('an older state');
  expect(performance.now() - from).toBeGreaterThanOrEqual(PATIENCE);
  isStuck = false;
  expect(await store.rooms.get(now._id)).toEqual(now);
});
