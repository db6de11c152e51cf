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
/** What the replica shows instead, one after another, before it shows what is stored; for ever where it never catches up. */
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

/** A room that was changed once. */
async function changedRoom(by: Store): Promise<{ before: Room; now: Room }> {
  const before = roomWith();
  const now = next(before, { title: '새 제목' });
  await kept.store.rooms.insert(before);
  expect(await by.rooms.commit(before, now, [])).toBe(true);
  return { before, now };
}

test('a state that is older than one that was read is read again', async () => {
  const { before, now } = await changedRoom(kept.store);
  expect(await store.rooms.get(now._id)).toEqual(now);
  stale = [before, before];
  expect(await store.rooms.get(now._id)).toEqual(now);
  expect(stale).toEqual([]);
});

test('a state that is older than what was committed is read again', async () => {
  const { before, now } = await changedRoom(store);
  stale = [before];
  expect(await store.rooms.get(now._id)).toEqual(now);
});

test('a commit that was not first tells nothing of what is the newest', async () => {
  const { before, now } = await changedRoom(kept.store);
  expect(await store.rooms.commit(before, { ...now, version: 9 }, [])).toBe(false);
  expect(await store.rooms.get(now._id)).toEqual(now);
});

test('a state that is as new as the one that was read is given, and so is a newer one', async () => {
  const { now } = await changedRoom(store);
  expect(await store.rooms.get(now._id)).toEqual(now);
  const later = next(now, { title: '더 새 제목' });
  await kept.store.rooms.commit(now, later, []);
  expect(await store.rooms.get(now._id)).toEqual(later);
});

test('older marks are left out, newer ones are shown', async () => {
  const { before, now } = await changedRoom(store);
  stale = [before];
  expect(await store.rooms.marks([now._id])).toEqual([]);
  expect(await store.rooms.marks([now._id])).toMatchObject([{ _id: now._id, version: 2 }]);
});

test('a room that is gone is gone, whatever was known of it', async () => {
  const { now } = await changedRoom(store);
  await kept.store.rooms.remove(now._id);
  expect(await store.rooms.get(now._id)).toBeUndefined();
});

test('when only an older state is shown for longer than the patience, reading fails, and works again once the newer one is there', async () => {
  const { before, now } = await changedRoom(store);
  [stale, isStuck] = [[before], true];
  const from = performance.now();
  await expect(store.rooms.get(now._id)).rejects.toThrow('an older state');
  expect(performance.now() - from).toBeGreaterThanOrEqual(PATIENCE);
  isStuck = false;
  expect(await store.rooms.get(now._id)).toEqual(now);
});
