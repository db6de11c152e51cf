/** What sockets are told when the store gives older states of a room, or fails to give its chats. */
import { ask, createRoom, heard, join, person, startApp, until, type TestApp } from '../support/app';
import type { Store } from '../../src/stores/store';
import type { SentChat } from '../../src/types/events';
import type { Room } from '../../src/types/room';

let app: TestApp;
afterEach(() => app.stop());

test('nobody is put out when the store shows for a while how the room was before that person joined', async () => {
  const before = new Map<string, Room>();
  let isStale = false;
  const stale = (id: string) => (isStale ? before.get(id) : undefined);
  const looks = { atRooms: 0, atTheList: 0 };
  app = await startApp({}, (store): Store => {
    const { rooms } = store;
    return {
      ...store,
      // If there may be other processes, the program asks the store regularly what they did.
      exclusive: false,
      rooms: {
        ...rooms,
        get: async (id) => stale(id) ?? rooms.get(id),
        async marks(ids) {
          if (isStale) looks.atRooms++;
          return (await rooms.marks(ids)).map((mark) => stale(mark._id) ?? mark);
        },
        async list(...page) {
          if (isStale) looks.atTheList++;
          return (await rooms.list(...page)).map((room) => stale(room._id) ?? room);
        },
      },
    };
  });
  const [owner, guest] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  const [a, b] = [await owner.chat(), await guest.chat()];
  await join(a, room);
  const without = await app.store.rooms.get(room);
  if (without === undefined) throw new Error('the room is gone');
  before.set(room, without);
  await join(b, room);
  const ended: string[] = [];
  b.on('disconnect', (reason) => ended.push(reason));
  const list = await owner.list();
  const removed: string[] = [];
  list.on('removeRoom', (id) => removed.push(id));

  isStale = true;
  const told = heard(b, 'chats', (chats: SentChat[]) => chats.some(({ kind }) => kind === 'chat'));
  const [mine, theirs] = await Promise.all([
    ask(b, 'chat', { room, chat: '나 아직 있어요' }),
    ask(a, 'chat', { room, chat: '저도요' }),
    until(async () => looks.atRooms >= 2 && looks.atTheList >= 1).then(() => (isStale = false)),
  ]);
  expect([mine, theirs]).toMatchObject([{ ok: true }, { ok: true }]);
  await told;
  expect(await ask(b, 'chat', { room, chat: '그리고 지금도' })).toMatchObject({ ok: true });
  expect(ended).toEqual([]);
  expect(removed).toEqual([]);
});

test('chats that could not be read for a while are sent in full and in order when they can be read', async () => {
  let failures = 0;
  let isAway = false;
  app = await startApp({}, (store): Store => {
    const { chats } = store;
    return {
      ...store,
      exclusive: false,
      chats: {
        ...chats,
        page: async (...range) => {
          if (!isAway) return chats.page(...range);
          failures += 1;
          throw new Error('away');
        },
      },
    };
  });
  const owner = await person(app);
  const room = await createRoom(owner);
  const a = await owner.chat();
  await join(a, room);
  const seen: number[] = [];
  a.on('chats', (chats) => seen.push(...chats.map(({ seq }) => seq)));
  isAway = true;
  // Commit directly to the store, without this program's services, as another process would.
  const now = await app.store.rooms.get(room);
  if (now === undefined) throw new Error('the room is gone');
  const [known] = await app.store.chats.page(room, 'newest', 1);
  if (known === undefined) throw new Error('nothing was said');
  const chat = { ...known, _id: 'f'.repeat(24), seq: now.seq + 1, nonce: 'theirs' };
  const to = { ...now, version: now.version + 1, seq: chat.seq };
  expect(await app.store.rooms.commit(now, to, [chat])).toBe(true);
  await until(async () => failures > 0);
  const own = await ask(a, 'chat', { room, chat: '내 말' });
  expect(own).toMatchObject({ ok: true, seq: chat.seq + 1 });
  isAway = false;
  await until(async () => seen.length === 2);
  expect(seen).toEqual([chat.seq, chat.seq + 1]);
});
