import { ROOMS_A_PAGE } from '../../src/services/rooms';
import { summaryOf } from '../../src/services/summary';
import { createRoomList, type RoomList } from '../../src/services/room-list';
import { openTestStore, type TestStore } from '../support/store';
import { next, roomWith } from '../support/values';
import type { ListedRoom, Room } from '../../src/types/room';

let kept: TestStore;
let list: RoomList;
let told: string[];
/** A page that a stale replica shows once in place of the newest page. */
let stale: ListedRoom[] | undefined;
beforeEach(async () => {
  kept = await openTestStore();
  told = [];
  stale = undefined;
  const { rooms } = kept.store;
  const page: typeof rooms.list = async (...asked) => {
    const shown = stale ?? (await rooms.list(...asked));
    stale = undefined;
    return shown;
  };
  list = createRoomList({
    store: { ...kept.store, rooms: { ...rooms, list: page } },
    listener: {
      created: ({ _id }) => told.push(`new ${_id}`),
      removed: (id) => told.push(`gone ${id}`),
      counted: ({ _id, count }) => told.push(`${String(count)} ${_id}`),
    },
  });
});
afterEach(() => kept.dispose());

async function another(): Promise<Room> {
  const room = roomWith();
  await kept.store.rooms.insert(room);
  return room;
}
const change = (room: Room, fields: Partial<Room>) => kept.store.rooms.commit(room, next(room, fields), []);

test('a room that another process created, changed or closed is announced once', async () => {
  const before = await another();
  await list.look();
  const room = await another();
  await list.look();
  await change(room, { count: 3 });
  await change(before, { closedAt: 1, dueAt: 1 });
  await list.look();
  await list.look();
  expect(told).toEqual([`new ${room._id}`, `3 ${room._id}`, `gone ${before._id}`]);
});

test('a room that we created is announced once, whether the look finds it earlier or later', async () => {
  await list.look();
  const [first, second] = [await another(), await another()];
  list.created(summaryOf(first));
  await list.look();
  list.created(summaryOf(second));
  expect(told).toEqual([`new ${first._id}`, `new ${second._id}`]);
});

test('a room that moves to the first page is not announced as new, nor one that leaves it as removed', async () => {
  const rooms: Room[] = [];
  for (let n = 0; n <= ROOMS_A_PAGE; n++) rooms.push(await another());
  await list.look();
  const newest = rooms.at(-1);
  if (newest === undefined) throw new Error('there are no rooms');
  await change(newest, { closedAt: 1, dueAt: 1 });
  await list.look();
  expect(told).toEqual([`gone ${newest._id}`]);
  const one = await another();
  await list.look();
  expect(told.slice(1)).toEqual([`new ${one._id}`]);
});

describe('a page that a stale replica shows', () => {
  const newestPage = () => kept.store.rooms.list(undefined, ROOMS_A_PAGE);

  test('with older states announces nothing, and afterwards nothing is announced twice', async () => {
    const room = await another();
    const before = await newestPage();
    await list.look();
    await change(room, { count: 3 });
    await list.look();
    stale = before;
    await list.look();
    await list.look();
    expect(told).toEqual([`3 ${room._id}`]);
  });

  test('removes no room from the list that is missing on it, neither ours nor another process’s', async () => {
    const theirs = await another();
    await list.look();
    const ours = await another();
    list.created(summaryOf(ours));
    stale = [];
    await list.look();
    await list.look();
    expect(told).toEqual([`new ${ours._id}`]);
    await change(theirs, { closedAt: 1, dueAt: 1 });
    await list.look();
    expect(told).toEqual([`new ${ours._id}`, `gone ${theirs._id}`]);
  });
});

test('a room that we remove while a look is under way is not announced again by that look', async () => {
  const room = await another();
  await list.look();
  const page = await kept.store.rooms.list(undefined, ROOMS_A_PAGE);
  stale = page;
  const looking = list.look();
  list.removed(room._id);
  await looking;
  await change(room, { closedAt: 1, dueAt: 1 });
  await list.look();
  expect(told).toEqual([`gone ${room._id}`]);
});
