/** How the only process on a store cleans up after the process before it, which crashed. */
import { createRoomChanger } from '../../src/services/change-room';
import { createClock } from '../../src/services/clock';
import { healAfterRestart } from '../../src/services/healing';
import { createOwnNode } from '../../src/services/own-node';
import type { Room } from '../../src/types/room';
import { openTestEmbedded, type TestStore } from '../support/store';
import { personWith, roomWith } from '../support/values';

const graces = { reconnectGrace: 15_000, emptyRoomGrace: 300_000 };
const GONE = 'gone';
/** More rooms than are healed at the same time. */
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

async function startAgain() {
  const { store } = crashed;
  const clock = createClock();
  const node = createOwnNode({ store, clock });
  const listener = { changed: () => undefined, gone: () => undefined };
  const changer = createRoomChanger({ store, clock, nodeId: () => node.id(), graces, listener });
  await node.start(() => Promise.resolve());
  const { done } = await healAfterRestart({ store, node, changer });
  const stop = async () => {
    await changer.stop();
    await done;
    await node.stop();
  };
  return { changer, healed: done, stop };
}

const nodesIn = ({ people }: Room) => people.flatMap(({ sockets }) => sockets.map(({ node }) => node));
const knownNodes = async () => (await crashed.store.nodes.all()).map(({ _id }) => _id);

test('every one of many rooms is healed before any other change of it', async () => {
  const { changer, healed, stop } = await startAgain();
  const seen = await Promise.all(
    ids.map((id) => changer.change(id, { apply: (room) => ({ room, said: [], answer: nodesIn(room) }) })),
  );
  expect(seen).toEqual(ids.map(() => []));
  await healed;
  expect(await knownNodes()).not.toContain(GONE);
  await stop();
});

test('after a stop in the middle of healing, the next start heals the rest', async () => {
  const first = await startAgain();
  await first.stop();
  expect((await crashed.store.rooms.heldBy(GONE)).length).toBeGreaterThan(0);
  expect(await knownNodes()).toContain(GONE);
  const second = await startAgain();
  await second.healed;
  expect(await crashed.store.rooms.heldBy(GONE)).toEqual([]);
  await second.stop();
});
