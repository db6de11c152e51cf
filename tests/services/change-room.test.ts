import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { createRoomChanger, PACE, type News, type RoomChanger } from '../../src/services/change-room';
import { createClock } from '../../src/services/clock';
import * as rules from '../../src/rules/room';
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
/** A new room in the store, and something that changes it; `store` may stand between. */
async function aRoom(store: Store = kept.store, pace = PACE) {
  const clock = createClock();
  const news: News[] = [];
  const behind: Room[] = [];
  const changer = createRoomChanger({
    store,
    clock,
    node: { id: `node-${String(nextId)}` },
    graces,
    pace,
    listener: {
      committed: (item) => news.push(item),
      seen: () => undefined,
      behind: (room) => behind.push(room),
    },
  });
  const _id = String(++nextId).padStart(24, '0');
  const room = rules.create({ _id, title: '방', max: 500, password: null, ephemeral: false }, 'owner', {
    now: clock.now(),
    ...graces,
  });
  await kept.store.rooms.insert(room);
  return { changer, id: _id, news, behind };
}

function say(changer: RoomChanger, room: string, userId: string, chat: string, nonce = chat) {
  return changer.change(room, {
    nonce: { userId, nonce },
    apply: (current, at, heard) =>
      rules.say(current, userId, { kind: 'chat', chat, nonce }, 'http', heard, at),
  });
}

/** A store whose commits do `instead`, given the real one. */
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

test('200 people who come at once cost a handful of commits, and all are in', async () => {
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

test('a lone chat waits for nothing, a few wait for the beat, and when they are many they wait no more', async () => {
  const { changer, id, news } = await aRoom(kept.store, { ...PACE, beat: 3_600_000, patience: 60_000 });
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

test('what one write stored is told at once, in order, after it is readable', async () => {
  const { changer, id, news } = await aRoom();
  await Promise.all(Array.from({ length: 20 }, (_, i) => say(changer, id, 'owner', String(i))));
  expect(news.flatMap(({ chats }) => chats.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 21 }, (_, i) => i + 1),
  );
  expect((await kept.store.chats.page(id, 'newest', 100)).map(({ seq }) => seq)).toEqual(
    news.flatMap(({ chats }) => chats.map(({ seq }) => seq)),
  );
});

test('when another was first, the rules are applied to what is there: the last place is given once', async () => {
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

test('a commit whose answer was lost is neither lost nor done twice, and the room hears that it may be behind', async () => {
  let lost = 0;
  const store = withCommit(async (commit, ...args) => {
    const isFirst = await commit(...args);
    if (lost++ === 0) throw new Error('the answer was lost');
    return isFirst;
  });
  const { changer, id, news, behind } = await aRoom(store);
  const first = await say(changer, id, 'owner', '한 번');
  expect(first.seq).toBe(2);
  expect(news).toHaveLength(1);
  expect(behind).toHaveLength(1);
  expect((await kept.store.chats.page(id, 'newest', 10)).map(({ kind }) => kind)).toEqual(['join', 'chat']);
});

test('while the store is away people wait 5 s and are told; what no commit took does not happen, a lost connection does', async () => {
  let isAway = true;
  const { rooms } = kept.store;
  const get: Store['rooms']['get'] = (id) => (isAway ? Promise.reject(new Error('away')) : rooms.get(id));
  const { changer, id } = await aRoom({ ...kept.store, rooms: { ...rooms, get } });
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
  expect(room?.closedAt).not.toBeNull();
  expect(fates).toEqual([false]);
});

describe('what is tried again only long after', () => {
  /** Two chats of which one became impossible, while the answer to their first commit is lost; `asked` comes before the second. */
  async function lateCommit(asked: (first: () => Promise<boolean>) => Promise<unknown>) {
    let first: (() => Promise<boolean>) | undefined;
    const store = withCommit(async (commit, ...args) => {
      if (first !== undefined) return commit(...args);
      first = () => commit(...args);
      throw new Error('away');
    });
    const { changer, id, news } = await aRoom(store, { ...PACE, firstPause: 1, patience: 60_000, late: 0 });
    const fates: Record<string, boolean> = {};
    const send = (chat: string, isPossible: boolean) =>
      changer.change(id, {
        nonce: { userId: 'owner', nonce: chat },
        apply: (room, at, heard) =>
          rules.say(room, 'owner', { kind: 'chat', chat, nonce: chat }, 'http', heard, at),
        async isPossible() {
          if (first !== undefined) await asked(first);
          return first === undefined || isPossible;
        },
        onFate: (isDone) => (fates[chat] = isDone),
      });
    const answers = await Promise.allSettled([send('있다', true), send('없다', false)]);
    const log = await kept.store.chats.page(id, 'newest', 10);
    const texts = log.flatMap((chat) => (chat.kind === 'chat' ? [chat.chat] : []));
    expect(news.flatMap(({ chats }) => chats)).toStrictEqual(log);
    return { answers, fates, texts };
  }

  test('is stored without the chat whose GIF went meanwhile', async () => {
    const { answers, fates, texts } = await lateCommit(() => Promise.resolve());
    expect(answers).toMatchObject([
      { status: 'fulfilled', value: { seq: 2 } },
      { status: 'rejected', reason: { code: 'UNAVAILABLE' } },
    ]);
    expect(fates).toEqual({ 있다: true, 없다: false });
    expect(texts).toEqual(['있다']);
  });

  test('is told as it is stored when the first try arrives after all', async () => {
    const { answers, fates, texts } = await lateCommit((first) => first());
    expect(answers).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(fates).toEqual({ 있다: true, 없다: true });
    expect(texts).toEqual(['있다', '없다']);
  });
});

test('a read that is older than the last one is no news: a commit whose answer was lost is told as it is stored', async () => {
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
  const { changer, id, news } = await aRoom(
    { ...store, rooms: { ...rooms, get } },
    { ...PACE, firstPause: 1 },
  );
  expect(await say(changer, id, 'owner', '하나')).toMatchObject({ seq: 2 });
  const stored = await kept.store.chats.page(id, 'newest', 10);
  expect(news.flatMap(({ chats }) => chats)).toStrictEqual(stored);
});

test('more than 1,000 waiting changes of people are refused, drops are not', async () => {
  const { changer, id } = await aRoom(
    withCommit(async (commit, ...args) => {
      await wait(200);
      return commit(...args);
    }),
  );
  const answers = await Promise.allSettled(
    Array.from({ length: 1_200 }, (_, i) => say(changer, id, 'owner', String(i))),
  );
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(100);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' });
  await changer.changeAlways(id, { apply: (room, at) => rules.drop(room, { node: 'n', id: 'none' }, at) });
}, 60_000);

test('a missing room refuses people and lets time pass', async () => {
  const { changer } = await aRoom();
  await expect(say(changer, 'f'.repeat(24), 'owner', 'x')).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  await expect(changer.changeAlways('f'.repeat(24), { apply: rules.tick })).resolves.toBeUndefined();
});

test('after the stop nothing is taken, and what waited is told so', async () => {
  const { changer, id } = await aRoom();
  const waiting = say(changer, id, 'owner', '마지막');
  await changer.stop();
  await expect(say(changer, id, 'owner', '늦었다')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
