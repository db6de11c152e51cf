/** Two processes that share one database, and nothing else. */
import { setTimeout as wait } from 'node:timers/promises';
import { enter } from '../support/rules';
import { createRoomChanger } from '../../src/services/change-room';
import type { Stored } from '../../src/services/chats';
import { createClock } from '../../src/services/clock';
import type { Store } from '../../src/stores/store';
import type { SentChat } from '../../src/types/events';
import {
  ask,
  createRoom,
  heard,
  insist,
  join,
  person,
  until,
  type ChatClient,
  type Person,
  type TestApp,
} from '../support/app';
import { openDatabase, type TestDatabase } from '../support/mongo';
import { openTestStore, type TestStore } from '../support/store';
import { personWith, roomWith } from '../support/values';

const server = process.env['MONGO_URL'];
if (!server) process.stderr.write('set MONGO_URL to a MongoDB server to test two programs on one database\n');

describe('taking turns', () => {
  let kept: TestStore;
  beforeAll(async () => {
    kept = await openTestStore();
  });
  afterAll(() => kept.dispose());

  test('in a room that another process shares, a process pauses after a commit for as long as the commit took', async () => {
    const shared = personWith({ id: 'far', sockets: [{ node: 'the other', id: 's' }] });
    const room = roomWith({ people: [shared], count: 1, ownerId: 'far' });
    await kept.store.rooms.insert(room);
    const commits: { begun: number; ended: number }[] = [];
    const { rooms } = kept.store;
    const get: Store['rooms']['get'] = (id) => {
      commits.push({ begun: performance.now(), ended: Infinity });
      return rooms.get(id);
    };
    const commit: Store['rooms']['commit'] = async (...args) => {
      await wait(100);
      const isFirst = await rooms.commit(...args);
      Object.assign(commits.at(-1) ?? {}, { ended: performance.now() });
      return isFirst;
    };
    const changer = createRoomChanger({
      store: { ...kept.store, rooms: { ...rooms, get, commit } },
      clock: createClock(),
      nodeId: () => 'this',
      graces: { reconnectGrace: 15_000, emptyRoomGrace: 300_000 },
      listener: { changed: () => undefined, gone: () => undefined },
    });
    const come = (id: string) =>
      changer.change(room._id, { apply: (now, at) => enter(now, id, { node: 'this', id }, at) });
    await come('a');
    await Promise.all([come('b'), come('c')]);
    await come('d');
    expect(commits).toHaveLength(3);
    commits.slice(1).forEach(({ begun }, before) => {
      const { begun: from = 0, ended = 0 } = commits[before] ?? {};
      // Timers may fire a millisecond early.
      expect(begun - ended).toBeGreaterThan(ended - from - 2);
    });
    await changer.stop();
  });
});

if (server) {
  describe('two programs on one MongoDB', () => {
    let database: TestDatabase;
    let lines: Awaited<ReturnType<TestDatabase['line']>>[];
    let one: TestApp;
    let other: TestApp;
    const visitors: Person[] = [];

    beforeAll(async () => {
      database = await openDatabase(server);
      lines = [await database.line(), await database.line()];
      [one, other] = await Promise.all([
        database.app(lines[0]?.url ?? ''),
        database.app(lines[1]?.url ?? ''),
      ]);
    }, 60_000);
    afterEach(() => {
      for (const somebody of visitors.splice(0)) somebody.gone();
    });
    afterAll(() => database.dispose());

    async function visitor(app: TestApp): Promise<Person> {
      const somebody = await person(app);
      visitors.push(somebody);
      return somebody;
    }

    /** A room that its owner has joined on the first program, and a guest on the second. */
    async function twoInARoom(fields: object = {}) {
      const [owner, guest] = [await visitor(one), await visitor(other)];
      const room = await createRoom(owner, fields);
      const near = await owner.chat();
      const far = await guest.chat();
      await join(near, room);
      const { me } = await join(far, room);
      return { owner, guest, room, near, far, guestId: me.id };
    }

    const textsOf = (chats: SentChat[]) => chats.flatMap((chat) => (chat.kind === 'chat' ? [chat.chat] : []));

    test('a chat on one reaches the people on the other, who need not join again', async () => {
      const { room, near, far } = await twoInARoom();
      const chats = heard(far, 'chats');
      expect(await ask(near, 'chat', { room, chat: '저쪽에도 들리나요' })).toMatchObject({
        ok: true,
        seq: 3,
      });
      expect(await chats).toMatchObject([{ kind: 'chat', seq: 3, chat: '저쪽에도 들리나요' }]);
      const { missed, people } = await join(far, room, 1);
      expect(missed.map(({ seq }) => seq)).toEqual([2, 3]);
      expect(people).toHaveLength(2);
    });

    test('people on both receive every chat once and in order, and nobody is told to catch up', async () => {
      const { room, near, far } = await twoInARoom();
      const told = [near, far].map((socket) => {
        const chats: number[] = [];
        const behind: number[] = [];
        socket.on('chats', (packet) => chats.push(...packet.map(({ seq }) => seq)));
        socket.on('behind', ({ seq }) => behind.push(seq));
        return { chats, behind };
      });
      for (let n = 0; n < 30; n++) {
        await ask(n % 2 === 0 ? near : far, 'chat', { room, chat: String(n) });
        await wait(50);
      }
      await until(async () => told.every(({ chats }) => chats.includes(32)));
      for (const { chats, behind } of told) {
        expect(chats.filter((seq) => seq > 2)).toEqual(Array.from({ length: 30 }, (_, index) => index + 3));
        expect(behind).toEqual([]);
      }
    });

    test('a person with several tabs stays in a busy room, whatever people on the other program say', async () => {
      const limited = await Promise.all([0, 1].map(() => database.app(database.url, { rateLimits: true })));
      const [here, there] = limited;
      if (here === undefined || there === undefined) throw new Error('no program');
      const [owner, guest] = [await visitor(here), await visitor(there)];
      const room = await createRoom(owner);
      // A person may send 30 chats in 10 s, so two people take turns.
      const speakers = [await owner.chat(), await (await visitor(here)).chat()] as const;
      for (const speaker of speakers) await join(speaker, room);
      const tabs = [await guest.chat(), await guest.chat()] as const;
      for (const tab of tabs) await join(tab, room);
      const told = tabs.map(() => new Set<number>());
      tabs.forEach((tab, index) =>
        tab.on('chats', (chats) => chats.forEach(({ seq }) => told[index]?.add(seq))),
      );
      const delays: number[] = [];
      for (let n = 0; n < 40; n++) {
        const begun = performance.now();
        const seen = heard(tabs[n % 2 === 0 ? 0 : 1], 'chats', (chats) =>
          chats.some((chat) => chat.nonce === String(n)),
        );
        const said = await ask(speakers[n % 2 === 0 ? 0 : 1], 'chat', {
          room,
          chat: String(n),
          nonce: String(n),
        });
        expect(said).toMatchObject({ ok: true });
        await seen;
        delays.push(performance.now() - begun);
      }
      const slowest = delays.toSorted((one, other) => one - other);
      const p99 = slowest[Math.floor(slowest.length * 0.99)] ?? 0;
      process.stderr.write(`seen on the other program: p99 ${p99.toFixed(0)} ms\n`);
      expect(p99).toBeLessThan(3_000);
      await until(async () => told.every((seqs) => seqs.size === 40));
      expect(tabs.every(({ connected }) => connected)).toBe(true);
      expect(await ask(tabs[0], 'chat', { room, chat: '저 여기 있어요' })).toMatchObject({
        ok: true,
      });
    }, 90_000);

    test('an ephemeral room belongs to the program on which its people are; the other refuses joins and says why', async () => {
      const { room, near, far, owner, guest } = await (async () => {
        const [owner, guest] = [await visitor(one), await visitor(other)];
        const room = await createRoom(owner, { ephemeral: 'on' });
        const [near, far] = [await owner.chat(), await guest.chat()];
        return { room, near, far, owner, guest };
      })();
      await join(near, room);
      // Until the other one knows that this one is alive, it only says that its room cannot be had yet.
      let refused = await ask(far, 'join', { room, after: 0 });
      await until(async () => {
        refused = await ask(far, 'join', { room, after: 0 });
        return !refused.ok && refused.code !== 'UNAVAILABLE';
      });
      expect(refused).toMatchObject({
        ok: false,
        code: 'FORBIDDEN',
        message: expect.stringContaining('다른 서버'),
      });
      const post = await guest.http.post(`/room/${room}/chat`).send({ chat: '들려요?' });
      expect(post.status).toBe(403);
      expect(post.body).toMatchObject({ error: { code: 'ELSEWHERE' } });
      await owner.http.post(`/room/${room}/chat`).send({ chat: '여기는 돼요' }).expect(200);
      // When its last socket is gone, people may join on either program again.
      near.disconnect();
      await until(async () => (await ask(far, 'join', { room, after: 0 })).ok);
    });

    test('a whisper to a person on the other program is refused and so not silently lost', async () => {
      const { room, near, guestId } = await twoInARoom();
      expect(await ask(near, 'whisper', { room, to: guestId, chat: '들려요?' })).toMatchObject({
        ok: false,
        code: 'UNAVAILABLE',
      });
    });

    test('the list on the other program shows new rooms, how many people are in them, and removals', async () => {
      const lists = await Promise.all([(await visitor(one)).list(), (await visitor(other)).list()]);
      // Keep a row for each room, as the page does.
      const rows = lists.map((list) => {
        const counts = new Map<string, number>();
        const twice: string[] = [];
        list.on('newRoom', ({ _id, count }) => {
          if (counts.has(_id)) twice.push(_id);
          counts.set(_id, count);
        });
        list.on('updateRooms', (rooms) => {
          for (const { _id, count } of rooms) if (counts.has(_id)) counts.set(_id, count);
        });
        list.on('removeRoom', (id) => counts.delete(id));
        return { counts, twice };
      });
      const show = (room: string, count: number | undefined) =>
        until(() => Promise.resolve(rows.every(({ counts }) => counts.get(room) === count)));
      const { owner, room } = await twoInARoom();
      await show(room, 2);
      await owner.http.delete(`/room/${room}`).expect(200);
      await show(room, undefined);
      expect(rows.flatMap(({ twice }) => twice)).toEqual([]);
    });

    test("the book's client on the other program receives every event, one by one and in order", async () => {
      const { room, near } = await twoInARoom();
      const socket = await (await visitor(other)).chat();
      const events: string[] = [];
      for (const event of ['join', 'chat', 'exit'] as const) {
        socket.on(event, ({ kind, seq }) => events.push(`${event} ${kind} ${String(seq)}`));
      }
      expect(await ask(socket, 'join', room)).toMatchObject({ ok: true, seq: 3 });
      const last = heard(socket, 'chat', ({ seq }) => seq === 10);
      const somebody = await visitor(one);
      const guest = await somebody.chat();
      await join(guest, room);
      for (let i = 0; i < 4; i++) await ask(near, 'chat', { room, chat: String(i) });
      await ask(guest, 'leave', room);
      // A chat on this program is sent at once, but the earlier chats of the other program must come before it.
      expect(await ask(socket, 'chat', { room, chat: '여기' })).toMatchObject({ ok: true, seq: 10 });
      await last;
      await until(async () => events.length === 7);
      expect(events).toEqual([
        'join join 4',
        ...[5, 6, 7, 8].map((seq) => `chat chat ${String(seq)}`),
        'exit exit 9',
        'chat chat 10',
      ]);
    });

    test('a person who is kicked by somebody on the other program is put out, and the others stay', async () => {
      const { room, near, far, guestId } = await twoInARoom();
      const stays = await (await visitor(other)).chat();
      await join(stays, room);
      const kicked = heard(far, 'kicked');
      const told = heard(stays, 'chats', (chats) => chats.some(({ kind }) => kind === 'kick'));
      expect(await ask(near, 'kick', { room, userId: guestId })).toEqual({ ok: true });
      expect(await kicked).toEqual({ room });
      await told;
      expect(await ask(far, 'join', { room, after: 0 })).toMatchObject({ ok: false, code: 'BARRED' });
      expect(await ask(stays, 'chat', { room, chat: '저는 남았어요' })).toMatchObject({ ok: true });
    });

    test('a room that its owner removes on one program is closed on the other', async () => {
      const { owner, room, far } = await twoInARoom();
      const closed = heard(far, 'roomClosed');
      await owner.http.delete(`/room/${room}`).expect(200);
      expect(await closed).toEqual({ room });
      expect(await ask(far, 'chat', { room, chat: '아직 있나요' })).toMatchObject({
        ok: false,
        code: 'ROOM_NOT_FOUND',
      });
    });

    test('a room that was closed and removed while a process had lost the database is closed there, too', async () => {
      const { owner, room, far } = await twoInARoom();
      const closed = heard(far, 'roomClosed');
      lines[1]?.cut();
      await owner.http.delete(`/room/${room}`).expect(200);
      // Remove the record, as a sweep does after a minute.
      await until(async () => (await one.store.chats.page(room, 'newest', 1)).length === 0);
      await one.store.rooms.remove(room);
      lines[1]?.heal();
      expect(await closed).toEqual({ room });
    });

    test('the last places are given only once when people join on both programs at the same time', async () => {
      const owner = await visitor(one);
      const room = await createRoom(owner, { max: 3 });
      await join(await owner.chat(), room);
      const guests = await Promise.all(
        Array.from({ length: 8 }, async (_, i) => (await visitor(i % 2 === 0 ? one : other)).chat()),
      );
      const answers = await Promise.all(guests.map((guest) => ask(guest, 'join', { room, after: 0 })));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
      expect(answers.filter((answer) => !answer.ok && answer.code === 'ROOM_FULL')).toHaveLength(6);
    });

    test('chats sent on both at the same time are stored once, and both show them in the same order', async () => {
      const { room, near, far } = await twoInARoom();
      const say = (socket: ChatClient, name: string) =>
        Promise.all(
          Array.from({ length: 40 }, (_, i) =>
            ask<Stored>(socket, 'chat', { room, chat: `${name} ${String(i)}`, nonce: `${name}${String(i)}` }),
          ),
        );
      const answers = (await Promise.all([say(near, '하나'), say(far, '둘')])).flat();
      const seqs = answers.map((answer) => (answer.ok ? answer.seq : 0)).sort((a, b) => a - b);
      expect(seqs).toEqual(Array.from({ length: 80 }, (_, i) => i + 3));
      const [here, there] = [await join(near, room), await join(far, room)];
      expect(here.missed.map(({ seq }) => seq)).toEqual(Array.from({ length: 82 }, (_, i) => i + 1));
      expect(there.missed).toEqual(here.missed);
    });

    test('people on a program that was declared dead by mistake stay in their room, and receive what they missed', async () => {
      const { room, near, far, guestId } = await twoInARoom();
      const ended: string[] = [];
      far.on('disconnect', (reason) => ended.push(reason));
      const socketsOfGuest = async () => {
        const found = await one.store.rooms.get(room);
        return found?.people.find(({ id }) => id === guestId)?.sockets;
      };
      const [before] = (await socketsOfGuest()) ?? [];
      lines[1]?.freeze();
      const insisted = insist(far, room, '저 여기 있어요');
      await until(async () => (await socketsOfGuest())?.length === 0, 60_000);
      const said = await ask<Stored>(near, 'chat', { room, chat: '아직 거기 있어요?' });
      const told = heard(far, 'chats', (chats) => chats.some(({ seq }) => said.ok && seq === said.seq));
      lines[1]?.heal();
      await told;
      await until(async () => (await socketsOfGuest())?.length === 1);
      const [after] = (await socketsOfGuest()) ?? [];
      expect(after?.id).toBe(before?.id);
      expect(after?.node).not.toBe(before?.node);
      expect(ended).toEqual([]);
      expect((await insisted).seq).toBe(4);
      const { missed } = await join(near, room);
      expect(missed.map(({ kind }) => kind)).toEqual(['join', 'join', 'chat', 'chat']);
    }, 120_000);

    test('people whose program had lost the database receive afterwards what the others said meanwhile', async () => {
      const { guest, room, near, far } = await twoInARoom();
      const ended: string[] = [];
      far.on('disconnect', (reason) => ended.push(reason));
      lines[1]?.cut();
      const unsaid = ask(far, 'chat', { room, chat: '나도', nonce: 'mine' });
      for (let i = 0; i < 5; i++) {
        expect(await ask(near, 'chat', { room, chat: String(i) })).toMatchObject({ ok: true });
      }
      const told = heard(far, 'chats', (chats) => chats.some(({ seq }) => seq >= 7));
      lines[1]?.heal();
      await told;
      await unsaid;
      // The first try may have been stored or not. After a second try with the same nonce, it is stored once.
      const again = await ask<Stored>(far, 'chat', { room, chat: '나도', nonce: 'mine' });
      expect(again).toMatchObject({ ok: true });
      const page = await guest.http.get(`/room/${room}/chats?after=2`).expect(200);
      const { chats } = page.body as { chats: SentChat[] };
      expect(chats.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8]);
      expect(textsOf(chats).sort()).toEqual(['0', '1', '2', '3', '4', '나도']);
      expect(ended).toEqual([]);
    }, 60_000);

    test('two programs that are busy in one room, 10 ms from the database, both make progress', async () => {
      const { room, near, far } = await twoInARoom();
      for (const line of lines) line.slow(10);
      /** Sends chats for 4 s, always eight at the same time. @returns how long each took, in ms. */
      async function talk(socket: ChatClient): Promise<number[]> {
        const waits: number[] = [];
        const end = performance.now() + 4_000;
        const speak = async () => {
          while (performance.now() < end) {
            const begun = performance.now();
            expect(await ask(socket, 'chat', { room, chat: '바쁘다' })).toMatchObject({ ok: true });
            waits.push(performance.now() - begun);
          }
        };
        await Promise.all(Array.from({ length: 8 }, speak));
        return waits;
      }
      const waits = await Promise.all([talk(near), talk(far)]);
      for (const line of lines) line.slow(0);
      const counts = waits.map(({ length }) => length);
      process.stderr.write(
        `two busy processes: ${counts.join(' and ')} chats, longest waits ${waits.map((all) => Math.max(...all).toFixed(0)).join(' and ')} ms\n`,
      );
      expect(Math.min(...counts) / Math.max(...counts)).toBeGreaterThan(0.25);
    }, 60_000);
  });
}
