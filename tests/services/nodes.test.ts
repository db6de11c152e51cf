/** Several processes on one store. Each gives signs of life, and frees the places of processes that have died. */
import { createRoomChanger } from '../../src/services/change-room';
import { createClock } from '../../src/services/clock';
import { createGifs } from '../../src/services/gifs';
import { gifFolder } from '../../src/stores/gif-files';
import { createLimits } from '../../src/services/limits';
import type { HeldSocket } from '../../src/services/listener';
import { createOtherNodes, type WatchPace } from '../../src/services/other-nodes';
import { createOwnNode, type SignPace } from '../../src/services/own-node';
import { createRooms } from '../../src/services/rooms';
import { enter } from '../support/rules';
import type { Store } from '../../src/stores/store';
import type { Room } from '../../src/types/room';
import { until } from '../support/app';
import { openTestStore, type TestStore } from '../support/store';
import { roomWith } from '../support/values';
import { SPACE } from '../support/values';
import { NO_QUOTA } from '../../src/services/room-quota';

const graces = { reconnectGrace: 15_000, emptyRoomGrace: 300_000 };
/** Faster than in the real program, but slow enough for a busy machine. */
const signPace: SignPace = { every: 50, retry: 50, stale: 1_000 };
const watchPace: WatchPace = { every: 50, slow: 500, lapse: 1_500, keep: 600_000 };

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

/** Starts one of several processes, which has these sockets. By `line` a test can cut it off from the store. */
async function aProcess(given: Store, held: HeldSocket[] = [], keep = watchPace.keep) {
  const line = { isCut: false, beats: 0, looks: 0, isStuck: false, stuckCalls: 0, clockIsOff: 0 };
  const away = () => Promise.reject(new Error('away'));
  const sign: Store['nodes']['sign'] = (id) => {
    line.beats++;
    return line.isCut ? away() : given.nodes.sign(id).then((now) => now && now + line.clockIsOff);
  };
  const all = () => {
    line.looks++;
    return line.isCut ? away() : given.nodes.all();
  };
  const heldBy: Store['rooms']['heldBy'] = async (id) => {
    if (line.isStuck) line.stuckCalls++;
    if (line.isStuck) await until(() => Promise.resolve(!line.isStuck));
    return given.rooms.heldBy(id);
  };
  const store: Store = {
    ...given,
    exclusive: false,
    rooms: { ...given.rooms, heldBy },
    nodes: { ...given.nodes, sign, all },
  };
  const clock = createClock();
  const node = createOwnNode({ store, clock, pace: signPace });
  const listener = { changed: () => undefined, gone: () => undefined };
  const changer = createRoomChanger({ store, clock, nodeId: () => node.id(), graces, listener });
  const others = createOtherNodes({ store, node, changer, pace: { ...watchPace, keep } });
  const rooms = createRooms({
    ...{
      store,
      clock,
      graces,
      node,
      others,
      changer,
      limits: createLimits(0),
      space: SPACE,
      quota: NO_QUOTA,
    },
    gifs: createGifs(gifFolder('unused'), store, SPACE),
    onCreated: () => undefined,
  });
  await node.start(() => rooms.enterAgain(held));
  await others.start();
  const stop = async () => {
    line.isStuck = false;
    await changer.stop();
    await others.stop();
    await node.stop();
  };
  running.push({ stop });
  for (const { roomId, userId, socketId } of held) {
    await changer.change(roomId, {
      apply: (room, at) => enter(room, userId, { node: node.id(), id: socketId }, at),
    });
  }
  return { line, node, stop };
}

/** Waits until the process has given so many more signs of life, and has looked at the others as often. */
async function untilBusy({ line }: Awaited<ReturnType<typeof aProcess>>, times: number): Promise<void> {
  const { beats, looks } = line;
  await until(() => Promise.resolve(line.beats >= beats + times && line.looks >= looks + times));
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

test('a person whose process died keeps the place for a while, but no sockets', async () => {
  const room = await aRoom();
  const dead = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  await aProcess(other);
  dead.line.isCut = true;
  await until(async () => nodesIn(await roomOf(room)).size === 0);
  const { people } = await roomOf(room);
  expect(people).toMatchObject([{ id: 'guest', sockets: [] }]);
  expect(people[0]?.until).toBeGreaterThan(Date.now() + 30_000);
  expect(dead.node.isAlive()).toBe(false);
});

test('a process that was declared dead by mistake comes back with a new id and enters all its sockets again', async () => {
  const [first, second] = [await aRoom(), await aRoom()];
  const back = await aProcess(kept.store, [
    { roomId: first, userId: 'one', socketId: 's1' },
    { roomId: first, userId: 'two', socketId: 's2' },
    { roomId: second, userId: 'one', socketId: 's1' },
  ]);
  const name = back.node.id();
  await aProcess(other);
  back.line.isCut = true;
  await until(async () => [...nodesIn(await roomOf(first)), ...nodesIn(await roomOf(second))].length === 0);
  back.line.isCut = false;
  await until(async () => back.node.isAlive());
  expect(back.node.id()).not.toBe(name);
  const rooms = [await roomOf(first), await roomOf(second)];
  const sockets = rooms.map(({ people }) =>
    people.map(({ id, sockets: [socket] }) => [id, socket?.id, socket?.node]),
  );
  expect(sockets).toEqual([
    [
      ['one', 's1', back.node.id()],
      ['two', 's2', back.node.id()],
    ],
    [['one', 's1', back.node.id()]],
  ]);
  // For people nothing has happened: the log shows one join for each of them, and no exit.
  expect((await kept.store.chats.page(first, 'newest', 10)).map(({ kind }) => kind)).toEqual([
    'join',
    'owner',
    'join',
  ]);
});

test('a process that notices twice at once that it was declared dead takes one new id', async () => {
  const { node } = await aProcess(kept.store);
  await until(async () => {
    const [own] = await kept.store.nodes.all();
    return own !== undefined && kept.store.nodes.lapse(own._id, own.beats);
  });
  await Promise.all([node.sign(), node.sign()]);
  const living = (await kept.store.nodes.all()).filter(({ lapsedAt }) => lapsedAt === null);
  expect(living.map(({ _id }) => _id)).toEqual([node.id()]);
});

test('while no process can reach the store, none is declared dead', async () => {
  const room = await aRoom();
  const one = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  const two = await aProcess(other);
  const names = [one.node.id(), two.node.id()];
  one.line.isCut = two.line.isCut = true;
  await new Promise((resolve) => setTimeout(resolve, watchPace.lapse + 500));
  // The first process that reaches the store again must start to count anew how long the other is silent.
  two.line.isCut = false;
  await untilBusy(two, 3);
  one.line.isCut = false;
  await until(async () => one.node.isAlive() && two.node.isAlive());
  expect([one.node.id(), two.node.id()]).toEqual(names);
  expect(nodesIn(await roomOf(room))).toEqual(new Set([one.node.id()]));
});

test.each([3_600_000, -3_600_000])(
  'no process is declared dead because a clock jumps by %d ms',
  async (jump) => {
    const room = await aRoom();
    const one = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
    const two = await aProcess(other);
    const names = [one.node.id(), two.node.id()];
    for (const off of [jump, 0]) {
      for (const process of [one, two]) {
        process.line.clockIsOff = off;
        await untilBusy(process, 5);
      }
    }
    expect([one.node.id(), two.node.id()]).toEqual(names);
    expect(nodesIn(await roomOf(room))).toEqual(new Set([one.node.id()]));
  },
);

test('the record of a dead process is kept for a while, even when the clock jumps, and then removed', async () => {
  const dead = await aProcess(kept.store);
  await dead.stop();
  const isKnown = async () => (await kept.store.nodes.all()).some(({ _id }) => _id === dead.node.id());
  const patient = await aProcess(other);
  patient.line.clockIsOff = 3_600_000;
  await untilBusy(patient, 5);
  expect(await isKnown()).toBe(true);
  const hasty = await aProcess(other, [], 200);
  hasty.line.clockIsOff = -3_600_000;
  await until(async () => !(await isKnown()));
});

test('a process that stops marks its own record, so that the others free its places at once', async () => {
  const room = await aRoom();
  const leaving = await aProcess(kept.store, [{ roomId: room, userId: 'guest', socketId: 's1' }]);
  await aProcess(other);
  await leaving.stop();
  const marked = (await kept.store.nodes.all()).find(({ _id }) => _id === leaving.node.id());
  expect(marked?.lapsedAt).toEqual(expect.any(Number));
  await until(async () => nodesIn(await roomOf(room)).size === 0);
});

test('a process gives signs of life also while it is freeing the places of another', async () => {
  const dead = await aProcess(kept.store);
  const busy = await aProcess(other);
  busy.line.isStuck = true;
  await dead.stop();
  await until(async () => busy.line.stuckCalls > 0);
  const before = busy.line.beats;
  await until(async () => busy.line.beats >= before + 10);
  expect(busy.node.isAlive()).toBe(true);
});
