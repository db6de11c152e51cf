/** The clocks of the machine and of the database are moved by an hour. People who use the program must not notice. */
import { vi } from 'vitest';
import {
  ask,
  createRoom,
  heard,
  join,
  once,
  person,
  startApp,
  until,
  type Person,
  type TestApp,
} from '../support/app';
import { gif } from '../support/gif';
import { roomWith } from '../support/values';
import { openTestStore, type TestStore } from '../support/store';
import { clockIsOff, moveClock } from '../support/wall';
import { createFilters } from '../../src/filters';
import { ko } from '../../src/locales/ko';
import { createLimits } from '../../src/services/limits';
import type { Store } from '../../src/stores/store';
import type { SentChat } from '../../src/types/events';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const graces = { reconnectGrace: MINUTE, emptyRoomGrace: 5 * MINUTE };
/** The program reads the store's time at each sign of life. Here these come often, so that tests need not wait long. */
const PACE = { signPace: { every: 250, retry: 250, stale: 10_000 }, sweepEvery: 250 };
const jumps = [
  ['forward', HOUR],
  ['back', -HOUR],
] as const;

let sweeps = 0;
let app: TestApp | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
  moveClock(-clockIsOff());
});

/** The same store, with the clock of its database moved, too. The embedded store uses the machine's clock anyway. */
function onMovedServer(store: Store): Store {
  const off = () => (store.exclusive ? 0 : clockIsOff());
  return {
    ...store,
    rooms: { ...store.rooms, due: (...range) => (sweeps++, store.rooms.due(...range)) },
    nodes: {
      ...store.nodes,
      enroll: async (id) => (await store.nodes.enroll(id)) + off(),
      async sign(id) {
        const now = await store.nodes.sign(id);
        return now === undefined ? undefined : now + off();
      },
    },
  };
}

async function startTimed(open?: () => Promise<TestStore>): Promise<TestApp> {
  return (app = await startApp({ ...graces, ...PACE }, onMovedServer, open));
}

/** Moves the clock, then waits until the program has read the new time and has swept twice. */
async function move(app: TestApp, by: number): Promise<void> {
  moveClock(by);
  await untilBeaten(app);
  await untilSwept();
}

async function untilBeaten({ store }: TestApp): Promise<void> {
  const beats = async () => (await store.nodes.all()).reduce((sum, node) => sum + node.beats, 0);
  const before = await beats();
  await until(async () => (await beats()) > before);
}

async function untilSwept(): Promise<void> {
  const before = sweeps;
  await until(() => Promise.resolve(sweeps >= before + 3));
}

/** Makes a room with a person on a socket and one without, a room that waits for its creator, and an empty room. */
async function aBusyDay(app: TestApp) {
  const [owner, writer] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  const socket = await owner.chat();
  await join(socket, room);
  await writer.http.post(`/room/${room}/chat`).send({ chat: '소켓 없이' }).expect(200);
  await owner.http.post(`/room/${room}/gif`).attach('gif', gif(), 'a.gif').expect(200);
  const fresh = await createRoom(writer);
  const emptyAt = Date.now();
  const empty = roomWith({ emptyAt, dueAt: emptyAt + graces.emptyRoomGrace });
  await app.store.rooms.insert(empty);
  return { owner, writer, socket, room, waiting: [fresh, empty._id], empty: empty._id };
}

/** The log of the room from its start. */
async function logOf(who: Person, room: string): Promise<SentChat[]> {
  const { body } = await who.http.get(`/room/${room}/chats?after=0&limit=100`).expect(200);
  return (body as { chats: SentChat[] }).chats;
}

async function expectAllIsWell(who: Person, room: string, waiting: string[]): Promise<SentChat[]> {
  const log = await logOf(who, room);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  expect(log.map(({ kind }) => kind)).not.toContain('exit');
  const sentAt = Date.parse(log.at(-1)?.createdAt ?? '');
  expect(Math.abs(sentAt - Date.now())).toBeLessThan(5 * MINUTE);
  for (const chat of log) if (chat.kind === 'gif') await who.http.get(`/gif/${chat.gif ?? ''}`).expect(200);
  for (const id of waiting) await who.http.get(`/room/${id}`).expect(200);
  // If the session had expired, the answer would set a new cookie.
  expect((await who.http.get('/room')).headers['set-cookie']).toBeUndefined();
  return log;
}

describe.each(jumps)('when the clock jumps an hour %s', (_, by) => {
  test('while the program runs, nobody loses a place, no room and no session ends, and the log stays in order', async () => {
    const app = await startTimed();
    const { owner, writer, socket, room, waiting } = await aBusyDay(app);
    for (const jump of [by, -by]) {
      await move(app, jump);
      // Socket.IO's client reconnects when its own clock jumps, so join again, as our page does.
      expect((await join(socket, room)).people).toHaveLength(2);
      expect(await ask(socket, 'chat', { room, chat: `${String(jump)} 뒤` })).toMatchObject({ ok: true });
      const log = await expectAllIsWell(owner, room, waiting);
      expect(log.at(-1)).toMatchObject({ chat: `${String(jump)} 뒤` });
    }
    await writer.http.post(`/room/${room}/chat`).send({ chat: '아직 있어요' }).expect(200);
    expect((await logOf(owner, room)).filter(({ kind }) => kind === 'join')).toHaveLength(2);
  }, 90_000);

  test('between two runs of the program, people come back and find everything as it was', async () => {
    const kept = await openTestStore();
    const app = await startTimed(() =>
      Promise.resolve({
        ...kept,
        async reopen() {
          await kept.store.close();
          moveClock(by);
          return kept.reopen();
        },
      }),
    );
    const { owner, socket, room, waiting } = await aBusyDay(app);
    const cut = once(socket, 'disconnect');
    await app.restart();
    await cut;
    owner.gone();
    await untilSwept();
    const back = await person(app, owner.cookie);
    const again = await back.chat();
    const { missed, people, me } = await join(again, room);
    expect(missed.map(({ kind }) => kind)).toEqual(['join', 'join', 'chat', 'gif']);
    expect(people).toHaveLength(2);
    expect(people?.[0]?.id).toBe(me.id);
    await ask(again, 'chat', { room, chat: '다시 왔어요' });
    await expectAllIsWell(back, room, waiting);
  }, 90_000);
});

describe('when the clock was moved back', () => {
  test('an empty room is still removed after its grace, and a closed one is cleared', async () => {
    const app = await startTimed();
    const { writer, owner, room, socket, empty } = await aBusyDay(app);
    const closed = heard(socket, 'roomClosed');
    await owner.http.delete(`/room/${room}`).expect(200);
    await closed;
    await move(app, -HOUR);
    const dueIn = async (id: string) => ((await app.store.rooms.get(id))?.dueAt ?? 0) - Date.now();
    await until(async () => (await dueIn(empty)) <= graces.emptyRoomGrace);
    await until(async () => (await dueIn(room)) <= MINUTE);
    const removed = new Promise((resolve) => {
      void writer.list().then((list) => list.on('removeRoom', (id) => id === empty && resolve(id)));
    });
    await move(app, (await dueIn(empty)) - 1_000);
    expect(await removed).toBe(empty);
    await until(async () => (await app.store.rooms.get(room)) === undefined);
  }, 90_000);
});

test('a person who was rate limited is not refused for an hour longer when the clock is moved back', async () => {
  vi.useFakeTimers();
  try {
    const limits = createLimits(1);
    const spend = () => limits.spend('chat', { id: 'somebody', address: '127.0.0.1' });
    for (let times = 0; times < 30; times++) await spend();
    await expect(spend()).rejects.toThrow('RATE_LIMITED');
    vi.setSystemTime(Date.now() - HOUR);
    vi.advanceTimersByTime(10_000);
    await expect(spend()).resolves.toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});

test('a chat dated an hour before the chat above it is shown with its own name and time', () => {
  const said = { kind: 'chat', userId: 'mina' } as const;
  const at = (createdAt: string) => ({ ...said, createdAt }) as SentChat;
  const above = at('2026-01-01T03:00:00.000Z');
  const isContinued = (chat: SentChat) => createFilters('UTC').layouts([above, chat], ko)[1]?.isContinued;
  expect(isContinued(at('2026-01-01T03:01:00.000Z'))).toBe(true);
  expect(isContinued(at('2026-01-01T02:01:00.000Z'))).toBe(false);
});
