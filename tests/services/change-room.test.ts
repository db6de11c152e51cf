import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { createRoomChanger, PACE, type News, type RoomChanger } from '../../src/services/change-room';
import { createClock } from '../../src/services/clock';
import * as rules from '../support/rules';
import { neverOlder } from '../../src/stores/never-older';
import type { Store } from '../../src/stores/store';
import type { Room } from '../../src/types/room';
import { openTestStore } from '../support/store';

const graces = { reconnectGrace: 15_000, emptyRoomGrace: 300_000 };
let kept: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  kept = await openTestStore();
});
afterAll(() => kept.dispose());

let nextId = 0;
/** A new room, and a changer for it. @param store the changer's store, for example one with faults. */
async function aRoom(store: Store = kept.store, pace = PACE) {
  const clock = createClock();
  const news: News[] = [];
  const gone: string[] = [];
  const _id = String(++nextId).padStart(24, '0');
  const changer = createRoomChanger({
    store,
    clock,
    nodeId: () => `node-${_id}`,
    graces,
    pace,
    listener: { changed: (item) => news.push(item), gone: (roomId) => gone.push(roomId) },
  });
  const room = rules.create({ _id, title: '방', max: 500, password: null, ephemeral: false }, 'owner', {
    now: clock.now(),
    ...graces,
  });
  await kept.store.rooms.insert(room);
  return { changer, id: _id, news, gone };
}

function say(changer: RoomChanger, room: string, userId: string, chat: string, nonce = chat) {
  return changer.change(room, {
    nonce: { userId, nonce },
    apply: (current, at, heard) =>
      rules.say(current, userId, { kind: 'chat', chat, nonce }, 'http', heard.byNonce, at),
  });
}

/** A store that calls `instead` for each commit, and gives it the real commit. */
function withCommit(
  instead: (
    commit: Store['rooms']['commit'],
    ...args: Parameters<Store['rooms']['commit']>
  ) => Promise<boolean>,
): Store {
  const { rooms } = kept.store;
  const commit = rooms.commit.bind(rooms);
  return { ...kept.store, rooms: { ...rooms, commit: (...args) => instead(commit, ...args) } };
}

test('200 people who join at the same time are all let in, by at most six commits', async () => {
  const { changer, id, news } = await aRoom();
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      changer.change(id, {
        apply: (room, at) => rules.enter(room, `p${String(i)}`, { node: 'n', id: `s${String(i)}` }, at),
      }),
    ),
  );
  expect((await kept.store.rooms.get(id))?.count).toBe(201);
  expect(news.length).toBeLessThanOrEqual(6);
});

test('a single chat is committed at once, a few wait for the next turn, and many do not wait for it', async () => {
  const { changer, id, news } = await aRoom(kept.store, { ...PACE, turn: 3_600_000, patience: 60_000 });
  await say(changer, id, 'owner', '하나');
  expect(news).toHaveLength(1);
  const few = [];
  for (let n = 0; n < 31; n++) {
    few.push(say(changer, id, 'owner', `말 ${String(n)}`));
    await turn();
  }
  expect(news).toHaveLength(1);
  await Promise.all([...few, say(changer, id, 'owner', '많다')]);
  expect(news).toHaveLength(2);
});

test('the chats of a commit are announced in order, and are the same that can be read', async () => {
  const { changer, id, news } = await aRoom();
  await Promise.all(Array.from({ length: 20 }, (_, i) => say(changer, id, 'owner', String(i))));
  expect(news.flatMap(({ said }) => said.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 21 }, (_, i) => i + 1),
  );
  expect((await kept.store.chats.page(id, 'newest', 100)).map(({ seq }) => seq)).toEqual(
    news.flatMap(({ said }) => said.map(({ seq }) => seq)),
  );
});

test('when another process was first, the rules are applied again to the newer room, and every chat is stored once', async () => {
  const [one, other] = [await aRoom(), await aRoom()];
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      say(i % 2 === 0 ? one.changer : other.changer, one.id, 'owner', `말 ${String(i)}`),
    ),
  );
  const chats = await kept.store.chats.page(one.id, 'newest', 100);
  expect(chats.map(({ seq }) => seq)).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
  expect(new Set(chats.map(({ nonce }) => nonce)).size).toBe(51);
});

test('a commit whose answer was lost is stored once, and the commits of others since then are announced, too', async () => {
  const other = await aRoom();
  let lost = 0;
  const store = withCommit(async (commit, ...args) => {
    const isFirst = await commit(...args);
    if (lost++ > 0) return isFirst;
    await say(other.changer, args[1]._id, 'owner', '다른 서버');
    throw new Error('the answer was lost');
  });
  const { changer, id, news } = await aRoom(store);
  const first = await say(changer, id, 'owner', '한 번');
  expect(first.seq).toBe(2);
  expect(lost).toBe(1);
  expect(news).toMatchObject([
    { room: { version: 2, seq: 2 }, said: [{ kind: 'join' }, { chat: '한 번' }] },
    { room: { version: 3, seq: 3 }, said: [] },
  ]);
  const log = await kept.store.chats.page(id, 'newest', 10);
  expect(log.map((chat) => (chat.kind === 'chat' ? chat.chat : chat.kind))).toEqual([
    'join',
    '한 번',
    '다른 서버',
  ]);
});

test('while the store is away, people are refused after a while and their changes given up, but lost connections are processed later', async () => {
  let isAway = true;
  const { rooms } = kept.store;
  const get: Store['rooms']['get'] = (id) => (isAway ? Promise.reject(new Error('away')) : rooms.get(id));
  const store = { ...kept.store, rooms: { ...rooms, get } };
  const { changer, id } = await aRoom(store, { ...PACE, patience: 300 });
  const fates: boolean[] = [];
  const entered = changer.change(id, {
    apply: (room, at) => rules.enter(room, 'late', { node: 'n', id: 's' }, at),
    onFate: (isDone) => fates.push(isDone),
  });
  const dropped = changer.changeAlways(id, { apply: (room, at) => rules.leave(room, 'owner', 'all', at) });
  await expect(entered).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  isAway = false;
  await dropped;
  const room = await kept.store.rooms.get(id);
  expect(room?.people).toEqual([]);
  expect(room?.closedAt).toEqual(expect.any(Number));
  expect(fates).toEqual([false]);
});

describe('a chat whose commit met a broken line, and whose person was already refused', () => {
  /** Cuts the line at the first commit. `meanwhile` runs after the person was refused and before the line is back. */
  async function sendOnABrokenLine(
    meanwhile: (send: () => Promise<boolean>, roomId: string) => Promise<unknown>,
  ) {
    let isCut = false;
    let tellRefused: (() => void) | undefined;
    const refused = new Promise<void>((resolve) => (tellRefused = resolve));
    const store = withCommit(async (commit, ...args) => {
      if (isCut) return commit(...args);
      isCut = true;
      await refused;
      await meanwhile(() => commit(...args), args[1]._id);
      throw new Error('the line is cut');
    });
    const { changer, id, news } = await aRoom(store, { ...PACE, firstPause: 1, patience: 500 });
    const fate = new Promise<boolean>((onFate) => {
      const sent = changer.change(id, {
        apply: (room, at, heard) =>
          rules.say(room, 'owner', { kind: 'chat', chat: '말', nonce: '한 번' }, 'http', heard.byNonce, at),
        nonce: { userId: 'owner', nonce: '한 번' },
        onFate,
      });
      void expect(sent).rejects.toMatchObject({ code: 'UNAVAILABLE' }).then(tellRefused);
    });
    const isDone = await fate;
    const log = await kept.store.chats.page(id, 'newest', 10);
    expect(log.filter(({ nonce }) => nonce === '한 번')).toHaveLength(isDone ? 1 : 0);
    const ours = news.flatMap(({ said }) => said);
    expect(ours.filter(({ nonce }) => nonce === '한 번')).toHaveLength(isDone ? 1 : 0);
    return isDone;
  }

  test('is stored once if the write arrived', async () => {
    expect(await sendOnABrokenLine((send) => send())).toBe(true);
  });

  test('is stored once if the write could still arrive later', async () => {
    expect(await sendOnABrokenLine(() => Promise.resolve())).toBe(true);
  });

  test('is not stored if the write came too late, because another process was first', async () => {
    const other = await aRoom();
    const isDone = await sendOnABrokenLine(async (send, roomId) => {
      await say(other.changer, roomId, 'owner', '다른 서버');
      expect(await send()).toBe(false);
    });
    expect(isDone).toBe(false);
  });
});

test('a commit whose answer was lost is announced as it is stored, even if a stale replica shows an older room', async () => {
  let before: Room | undefined;
  let isOld = false;
  const store = withCommit(async (commit, ...args) => {
    before = args[0];
    const isFirst = await commit(...args);
    if (isOld || args[2].length === 0) return isFirst;
    isOld = true;
    throw new Error('the answer is lost');
  });
  const { rooms } = store;
  const get: Store['rooms']['get'] = async (id) => {
    if (!isOld || before === undefined) return rooms.get(id);
    const older = { ...before, version: before.version - 1, seq: 0 };
    before = undefined;
    return older;
  };
  const { changer, id, news } = await aRoom(neverOlder({ ...store, rooms: { ...rooms, get } }), {
    ...PACE,
    firstPause: 1,
  });
  expect(await say(changer, id, 'owner', '하나')).toMatchObject({ seq: 2 });
  const stored = await kept.store.chats.page(id, 'newest', 10);
  expect(news.flatMap(({ said }) => said)).toStrictEqual(stored);
});

test('a change without effect announces the room as it was read, so that commits of others become known', async () => {
  const { changer, id, news } = await aRoom();
  await changer.changeAlways(id, { apply: rules.tick });
  expect(news).toMatchObject([{ room: { _id: id, version: 1 }, said: [] }]);
});

test('`peopleVersion` changes when a person joins, and not when a person speaks', async () => {
  const { changer, id } = await aRoom();
  const versions = async () => {
    const room = await kept.store.rooms.get(id);
    return [room?.version, room?.peopleVersion];
  };
  await say(changer, id, 'owner', '들어와서 말한다');
  expect(await versions()).toEqual([2, 2]);
  await changer.change(id, { apply: (room, at) => rules.enter(room, 'owner', { node: 'n', id: 's' }, at) });
  expect(await versions()).toEqual([3, 3]);
  await say(changer, id, 'owner', '말만 한다');
  expect(await versions()).toEqual([4, 3]);
});

test('when 1,000 changes of people wait, more of them are refused, but lost connections are still taken', async () => {
  const { changer, id } = await aRoom(
    withCommit(async (commit, ...args) => {
      await wait(200);
      return commit(...args);
    }),
  );
  const socket = { node: 'n', id: 's' };
  await changer.change(id, { apply: (room, at) => rules.enter(room, 'guest', socket, at) });
  const sent = Promise.allSettled(
    Array.from({ length: 1_200 }, (_, i) => say(changer, id, 'owner', String(i))),
  );
  const dropped = changer.changeAlways(id, { apply: (room, at) => rules.drop(room, socket, at) });
  const answers = await sent;
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(100);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' });
  await dropped;
  const { people = [] } = (await kept.store.rooms.get(id)) ?? {};
  expect(people).toMatchObject([{ id: 'guest', sockets: [] }, { id: 'owner' }]);
}, 60_000);

test('people are answered even if a listener throws', async () => {
  const { changer, id, news } = await aRoom();
  news.push = () => {
    throw new Error('a fault of the listener');
  };
  expect(await say(changer, id, 'owner', '하나')).toMatchObject({ seq: 2 });
  expect(await say(changer, id, 'owner', '둘')).toMatchObject({ seq: 3 });
});

test('in a missing room people are refused, time changes nothing, and the room is announced as gone', async () => {
  const { changer, news, gone } = await aRoom();
  const none = 'f'.repeat(24);
  await expect(say(changer, none, 'owner', 'x')).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  expect(gone).toEqual([none]);
  await expect(changer.changeAlways(none, { apply: rules.tick })).resolves.toBeUndefined();
  expect(news).toEqual([]);
});

test('after the stop, new changes and those that still waited are refused', async () => {
  const { changer, id } = await aRoom();
  const waiting = say(changer, id, 'owner', '마지막');
  await changer.stop();
  await expect(say(changer, id, 'owner', '늦었다')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
