import { readdir } from 'node:fs/promises';
import { ask, createRoom, heard, join, once, person, startApp, type TestApp, until } from '../support/app';
import { createProcess } from '../support/process';
import { openTestStore } from '../support/store';
import { roomWith } from '../support/values';

const removedOn = (list: { on(event: 'removeRoom', hear: (id: string) => void): unknown }) =>
  new Promise<string>((resolve) => list.on('removeRoom', resolve));

describe('with short graces', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ reconnectGrace: 300, emptyRoomGrace: 300 });
  });
  afterAll(() => app.stop());

  test('who drops is said to have gone only after the grace', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const [a, b] = [await owner.chat(), await guest.chat()];
    await join(a, room);
    await join(b, room);
    const exit = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'exit'));
    b.disconnect();
    expect((await exit).map(({ kind }) => kind)).toEqual(['exit']);
  });

  test('a room that everybody dropped out of goes after its grace, with chats and files, and the list hears it', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const socket = await owner.chat();
    await join(socket, room);
    await ask(socket, 'chat', { room, chat: '남는 말' });
    const removed = removedOn(await owner.list());
    socket.disconnect();
    expect(await removed).toBe(room);
    await until(async () => (await app.store.chats.page(room, 'newest', 10)).length === 0);
    await until(async () => !(await readdir(app.uploadsDir)).includes(room));
    await owner.http.get(`/room/${room}`).expect(302);
  });
});

describe('with graces of 0, as in the book', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ reconnectGrace: 0, emptyRoomGrace: 0 });
  });
  afterAll(() => app.stop());

  test('the last connection that goes takes the room with it', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const socket = await owner.chat();
    await join(socket, room);
    const removed = removedOn(await owner.list());
    socket.disconnect();
    expect(await removed).toBe(room);
  });
});

describe('a restart', () => {
  test('heals: rooms, chats and people stay, and who comes back in time never left', async () => {
    const app = await startApp();
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const [a, b] = [await owner.chat(), await guest.chat()];
    await join(a, room);
    await join(b, room);
    await ask(a, 'chat', { room, chat: '재시작 전' });
    const gone = [once(a, 'disconnect'), once(b, 'disconnect')];
    await app.restart();
    await Promise.all(gone);
    owner.gone();
    guest.gone();
    const again = await (await person(app, owner.cookie)).chat();
    const { missed, people } = await join(again, room);
    expect(missed.map(({ kind }) => kind)).toEqual(['join', 'join', 'chat']);
    expect(people).toHaveLength(2);
    again.disconnect();
    await app.stop();
  });
});

test('a sweep that more rooms are due in than it takes says so: the next need not wait', async () => {
  const kept = await openTestStore();
  const { store } = kept;
  const { sweeper, changer } = createProcess({
    store,
    uploadsDir: 'unused',
    now: () => 1_000,
    graces: { reconnectGrace: 0, emptyRoomGrace: 0 },
    patience: 5_000,
    committed: () => undefined,
    removed: () => undefined,
  });
  for (let n = 0; n < 101; n++) await store.rooms.insert(roomWith({ emptyAt: 900, dueAt: 900 }));
  expect(await sweeper.sweep()).toBe(true);
  while (await sweeper.sweep());
  await sweeper.stop();
  await changer.stop();
  expect(await store.rooms.list(undefined, 10)).toEqual([]);
  await kept.dispose();
});
