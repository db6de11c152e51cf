import { readdir } from 'node:fs/promises';
import { ask, createRoom, heard, join, once, person, startApp, type TestApp, until } from '../support/app';
import { openTestStore, type TestStore } from '../support/store';
import { roomWith, SPACE } from '../support/values';
import { createRoomChanger, type RoomChanger } from '../../src/services/change-room';
import { createGifs, type Gifs } from '../../src/services/gifs';
import { createSweeper, type Sweeper } from '../../src/services/sweeper';
import { gifFolder } from '../../src/stores/gif-files';
import type { Room } from '../../src/types/room';

const removedOn = (list: { on(event: 'removeRoom', hear: (id: string) => void): unknown }) =>
  new Promise<string>((resolve) => list.on('removeRoom', resolve));

describe('with short graces', () => {
  const GRACE = 300;
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ reconnectGrace: GRACE, emptyRoomGrace: GRACE });
  });
  afterAll(() => app.stop());

  test('the exit of a person whose connection was lost is announced only after the grace', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const [a, b] = [await owner.chat(), await guest.chat()];
    await join(a, room);
    await join(b, room);
    const exit = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'exit'));
    const droppedAt = performance.now();
    b.disconnect();
    expect((await exit).map(({ kind }) => kind)).toEqual(['exit']);
    // Timers may fire a millisecond early.
    expect(performance.now() - droppedAt).toBeGreaterThan(GRACE - 2);
  });

  test('a room whose people all lost their connection is removed after its grace, with its chats and files', async () => {
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

  test('a room is removed as soon as its last connection is lost', async () => {
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
  test('keeps rooms, chats and people, and a person who comes back in time has never left', async () => {
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

describe('rooms that are cleared', () => {
  const graces = { reconnectGrace: 0, emptyRoomGrace: 0 };
  let kept: TestStore;
  let changer: RoomChanger;
  beforeEach(async () => {
    kept = await openTestStore();
  });
  afterEach(async () => {
    await changer.stop();
    await kept.dispose();
  });

  /** A sweeper for which the time is always 1,000 ms. @param removeRoom removes a folder, or fails. */
  function aSweeper(removeRoom: Gifs['removeRoom']): Sweeper {
    const { store } = kept;
    const clock = { now: () => 1_000, set: () => undefined };
    const listener = { changed: () => undefined, gone: () => undefined };
    changer = createRoomChanger({ store, clock, nodeId: () => 'n', graces, listener });
    const gifs = { ...createGifs(gifFolder('unused'), store, SPACE), removeRoom };
    return createSweeper({ store, clock, graces, changer, gifs, onRemoved: () => undefined });
  }

  const put = async (count: number, fields: Partial<Room>) => {
    for (let n = 0; n < count; n++) await kept.store.rooms.insert(roomWith(fields));
  };
  const areOpen = async () => (await kept.store.rooms.list(undefined, 200)).length;

  test('a sweep with more due rooms than it handles at once returns true, so that the next one follows at once', async () => {
    const sweeper = aSweeper(() => Promise.resolve());
    await put(101, { emptyAt: 900, dueAt: 900 });
    expect(await sweeper.sweep()).toBe(true);
    while (await sweeper.sweep());
    expect(await areOpen()).toBe(0);
    await sweeper.stop();
  });

  test('a room that takes long does not hold up the others', async () => {
    let letGo: (() => void) | undefined;
    const long = new Promise<void>((resolve) => (letGo = resolve));
    const sweeper = aSweeper(() => long);
    await put(1, { closedAt: 800, dueAt: 800 });
    await sweeper.sweep();
    await put(1, { emptyAt: 900, dueAt: 900 });
    await sweeper.sweep();
    expect(await areOpen()).toBe(0);
    letGo?.();
    await sweeper.stop();
  });

  test('rooms that cannot be cleared, however many, do not hold up the others, and are cleared when that is possible', async () => {
    let isStuck = true;
    const sweeper = aSweeper(() => (isStuck ? Promise.reject(new Error('EROFS')) : Promise.resolve()));
    await put(120, { closedAt: 800, dueAt: 800 });
    await put(1, { emptyAt: 900, dueAt: 900 });
    for (let times = 0; times < 3; times++) {
      await sweeper.sweep();
      await sweeper.rest();
    }
    expect(await areOpen()).toBe(0);
    isStuck = false;
    await sweeper.sweep();
    await sweeper.rest();
    expect(await kept.store.rooms.due(1_000, 200)).toEqual([]);
    await sweeper.stop();
  });
});
