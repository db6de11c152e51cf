import { createRoomChanger } from '../../src/services/change-room';
import { createClock } from '../../src/services/clock';
import { createNode, createNodes, type Held, type LifePace } from '../../src/services/nodes';
import { enter } from '../../src/rules/room';
import type { Store } from '../../src/stores/store';
import type { Room } from '../../src/types/room';
import { until } from '../support/app';
import { openTestEmbedded, openTestStore, type TestStore } from '../support/store';
import { personWith, roomWith } from '../support/values';

const graces = { reconnectGrace: 15_000, emptyRoomGrace: 300_000 };
/** Fast, with room for a machine that stumbles. */
const pace: LifePace = { beat: 50, retry: 50, slow: 500, lapse: 1_500, stale: 1_000, keep: 600_000 };

let kept: TestStore;
let other: Store;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  kept = await openTestStore();
  other = await kept.other();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop()));
  await kept.dispose();
});

/** A process of several, which holds these sockets; a test may cut it off from the store. */
async function aProcess(given: Store, held: Held[] = [], keep = pace.keep) {
  const line = { isCut: false, beats: 0, isStuck: false, clockIsOff: 0 };
  const away = () => Promise.reject(new Error('away'));
  const beat: Store['nodes']['beat'] = (id) => {
    line.beats++;
    return line.isCut ? away() : given.nodes.beat(id).then((now) => now && now + line.clockIsOff);
  };
  const all = () => (line.isCut ? away() : given.nodes.all());
  const heldBy: Store['rooms']['heldBy'] = (id) =>
    line.isStuck ? new Promise(() => undefined) : given.rooms.heldBy(id);
  const store: Store = {
    ...given,
    exclusive: false,
    rooms: { ...given.rooms, heldBy },
    nodes: { ...given.nodes, beat, all },
  };
  const clock = createClock();
  const node = createNode();
  const listener = { committed: () => undefined, seen: () => undefined, behind: () => undefined };
  const changer = createRoomChanger({ store, clock, node, graces, listener });
  const nodes = createNodes({ store, clock, node, changer, held: () => held, pace: { ...pace, keep } });
  await nodes.start();
  const stop = async () => {
    await changer.stop();
    await nodes.stop();
  };
  running.push({ stop });
  for (const { roomId, userId, socketId } of held) {
    await changer.change(roomId, {
      apply: (room, at) => enter(room, userId, { node: node.id, id: socketId }, at),
    });
  }
  return { line, node, nodes, stop };
}

async function aRoom(): Promise<string> {
  const room = roomWith();
  await kept.store.rooms.insert(room);
  return room._id;
}

async function roomOf(id: string): Promise<Room> {
  const room = await kept.store.rooms.get(id);
  if (room === undefined) throw new Error('the room is gone');
  return room;
}

const nodesIn = (room: Room) =>
  new Set(room.people.flatMap(({ sockets }) => sockets.map(({ node }) => node)));

test('who was on a process that died keeps the place for a while, without its sockets', async () => {
  const room = await aRoom();
  const dead = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  await aProcess(other);
  dead.line.isCut = true;
  await until(async () => nodesIn(await roomOf(room)).size === 0);
  const { people } = await roomOf(room);
  expect(people).toMatchObject([{ id: 'guest', sockets: [] }]);
  expect(people[0]?.until).toBeGreaterThan(Date.now() + 30_000);
  expect(dead.nodes.isAlive()).toBe(false);
});

test('a process that was taken for dead comes back under a new name, with every socket that it still holds', async () => {
  const [first, second] = [await aRoom(), await aRoom()];
  const back = await aProcess(kept.store, [
    { roomId: first, userId: 'one', socketId: 's1' },
    { roomId: first, userId: 'two', socketId: 's2' },
    { roomId: second, userId: 'one', socketId: 's1' },
  ]);
  const name = back.node.id;
  await aProcess(other);
  back.line.isCut = true;
  await until(async () => [...nodesIn(await roomOf(first)), ...nodesIn(await roomOf(second))].length === 0);
  back.line.isCut = false;
  await until(async () => back.nodes.isAlive());
  expect(back.node.id).not.toBe(name);
  const rooms = [await roomOf(first), await roomOf(second)];
  const sockets = rooms.map(({ people }) =>
    people.map(({ id, sockets: [socket] }) => [id, socket?.id, socket?.node]),
  );
  expect(sockets).toEqual([
    [
      ['one', 's1', back.node.id],
      ['two', 's2', back.node.id],
    ],
    [['one', 's1', back.node.id]],
  ]);
  // Nobody went and came: the log says only that they came once.
  expect((await kept.store.chats.page(first, 'newest', 10)).map(({ kind }) => kind)).toEqual([
    'join',
    'owner',
    'join',
  ]);
});

test('while the store is away from all, nobody is taken for dead', async () => {
  const room = await aRoom();
  const one = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  const two = await aProcess(other);
  const names = [one.node.id, two.node.id];
  one.line.isCut = two.line.isCut = true;
  await new Promise((resolve) => setTimeout(resolve, pace.lapse + 500));
  // The one that finds the way back first does not know for how long the other has been silent.
  two.line.isCut = false;
  const seen = two.line.beats;
  await until(async () => two.line.beats >= seen + 3);
  one.line.isCut = false;
  await until(async () => one.nodes.isAlive() && two.nodes.isAlive());
  expect([one.node.id, two.node.id]).toEqual(names);
  expect(nodesIn(await roomOf(room))).toEqual(new Set([one.node.id]));
});

test.each([3_600_000, -3_600_000])('a clock that jumps by %d ms takes nobody for dead', async (jump) => {
  const room = await aRoom();
  const one = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  const two = await aProcess(other);
  const names = [one.node.id, two.node.id];
  for (const off of [jump, 0]) {
    for (const { line } of [one, two]) {
      line.clockIsOff = off;
      const before = line.beats;
      await until(() => Promise.resolve(line.beats >= before + 5));
    }
  }
  expect([one.node.id, two.node.id]).toEqual(names);
  expect(nodesIn(await roomOf(room))).toEqual(new Set([one.node.id]));
});

test('the record of a dead process is kept for a while however the clock jumps, and then forgotten', async () => {
  const dead = await aProcess(kept.store);
  await dead.stop();
  const isKnown = async () => (await kept.store.nodes.all()).some(({ _id }) => _id === dead.node.id);
  const patient = await aProcess(other);
  patient.line.clockIsOff = 3_600_000;
  const before = patient.line.beats;
  await until(() => Promise.resolve(patient.line.beats >= before + 5));
  expect(await isKnown()).toBe(true);
  const hasty = await aProcess(other, [], 200);
  hasty.line.clockIsOff = -3_600_000;
  await until(async () => !(await isKnown()));
});

test('a process that stops says so: the others need not wait until it counts as dead', async () => {
  const room = await aRoom();
  const leaving = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  await aProcess(other);
  await leaving.stop();
  const marked = (await kept.store.nodes.all()).find(({ _id }) => _id === leaving.node.id);
  expect(marked?.lapsedAt).not.toBeNull();
  await until(async () => nodesIn(await roomOf(room)).size === 0);
});

test('taking others out of their rooms holds up no beat of ours', async () => {
  const dead = await aProcess(kept.store);
  const busy = await aProcess(other);
  busy.line.isStuck = true;
  await dead.stop();
  const before = busy.line.beats;
  await until(async () => busy.line.beats >= before + 10);
  expect(busy.nodes.isAlive()).toBe(true);
});

describe('after a crash of the only process', () => {
  const GONE = 'gone';
  /** More than are healed at once. */
  const ROOMS = 700;
  let crashed: TestStore;
  let ids: string[];
  beforeEach(async () => {
    crashed = await openTestEmbedded();
    await crashed.store.nodes.enroll(GONE);
    const people = [personWith({ sockets: [{ node: GONE, id: 's1' }] })];
    const rooms = Array.from({ length: ROOMS }, () => roomWith({ people, count: 1 }));
    await Promise.all(rooms.map((room) => crashed.store.rooms.insert(room)));
    ids = rooms.map(({ _id }) => _id);
  });
  afterEach(() => crashed.dispose());

  function startAgain() {
    const { store } = crashed;
    const clock = createClock();
    const node = createNode();
    const listener = { committed: () => undefined, seen: () => undefined, behind: () => undefined };
    const changer = createRoomChanger({ store, clock, node, graces, listener });
    return { changer, nodes: createNodes({ store, clock, node, changer, held: () => [], pace }) };
  }

  test('a room is healed before anything else is done to it, however many there are', async () => {
    const { changer, nodes } = startAgain();
    await nodes.start();
    const seen = await Promise.all(
      ids.map((id) =>
        changer.change(id, { apply: (room) => ({ room, said: [], answer: [...nodesIn(room)] }) }),
      ),
    );
    expect(seen).toEqual(ids.map(() => []));
    await nodes.healed();
    expect((await crashed.store.nodes.all()).map(({ _id }) => _id)).not.toContain(GONE);
    await changer.stop();
    await nodes.stop();
  });

  test('a stop in the middle of healing leaves the rest to the next start', async () => {
    const first = startAgain();
    await first.nodes.start();
    await first.changer.stop();
    await first.nodes.stop();
    expect((await crashed.store.rooms.heldBy(GONE)).length).toBeGreaterThan(0);
    const second = startAgain();
    await second.nodes.start();
    await second.nodes.healed();
    expect(await crashed.store.rooms.heldBy(GONE)).toEqual([]);
    await second.changer.stop();
    await second.nodes.stop();
  });
});
