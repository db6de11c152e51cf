/** What every store must do. The embedded store is always tested; MongoDB's when MONGO_URL names a server. */
import { Cookie, type SessionData } from 'express-session';
import type { Range, Store } from '../../src/stores/store';
import { openTestEmbedded, openTestMongo, type TestStore } from '../support/store';
import { gifOf, newId, next, personWith, roomWith, saying, textOf } from '../support/values';
import type { Chat, Room } from '../../src/types/room';

const server = process.env['MONGO_URL'];
const stores: [name: string, open: () => Promise<TestStore>][] = [['embedded', openTestEmbedded]];
if (server) stores.push(['MongoDB', () => openTestMongo(server)]);

describe.each(stores)('the %s store', (_name, open) => {
  let kept: TestStore;
  let store: Store;

  beforeAll(async () => {
    kept = await open();
    store = kept.store;
  });
  afterAll(() => kept.dispose());

  async function inserted(fields: Partial<Room> = {}): Promise<Room> {
    const room = roomWith(fields);
    await store.rooms.insert(room);
    return room;
  }

  /** A room with so many texts in its log, which are stored by several commits. */
  async function roomSaying(count: number, aCommit = 4): Promise<Room> {
    let room = await inserted();
    while (room.seq < count) {
      const { to, said } = saying(room, Math.min(aCommit, count - room.seq));
      expect(await store.rooms.commit(room, to, said)).toBe(true);
      room = to;
    }
    return room;
  }

  const seqs = async (room: Room, range: Range, limit: number) =>
    (await store.chats.page(room._id, range, limit)).map(({ seq }) => seq);

  describe('a room', () => {
    const full: Partial<Room> = {
      password: 'scrypt$…',
      ephemeral: true,
      peopleVersion: 2,
      seq: 7,
      people: [
        personWith({
          sockets: [
            { node: 'a', id: 's1' },
            { node: 'b', id: 's2' },
          ],
        }),
        personWith({ id: 'other', until: 5_000 }),
      ],
      admitted: ['somebody', 'other'],
      barred: ['a third'],
      count: 2,
      emptyAt: 1,
      dueAt: 1_767_323_045_678,
      recent: [{ userId: 'somebody', nonce: '한 번', _id: newId(), seq: 7 }],
      writes: { 'node-a': 'write-1' },
    };

    it.each([
      ['a new one', {}],
      ['one in use', full],
    ])('comes back as it was stored: %s', async (_what, fields) => {
      const room = await inserted(fields);
      expect(await store.rooms.get(room._id)).toStrictEqual(room);
    });

    it('comes back as it was committed', async () => {
      const room = await inserted();
      const to = next(room, full);
      expect(await store.rooms.commit(room, to, [])).toBe(true);
      expect(await store.rooms.get(room._id)).toStrictEqual(to);
    });

    it('is missing until it is stored, and cannot be stored twice', async () => {
      const room = roomWith();
      expect(await store.rooms.get(room._id)).toBeUndefined();
      await store.rooms.insert(room);
      await expect(store.rooms.insert({ ...room, title: 'another' })).rejects.toThrow();
      expect(await store.rooms.get(room._id)).toStrictEqual(room);
    });

    it('is still there, with its chats, when the store was closed and opened again', async () => {
      const room = await roomSaying(5);
      store = await kept.reopen();
      expect(await store.rooms.get(room._id)).toStrictEqual(room);
      expect(await seqs(room, 'newest', 10)).toEqual([1, 2, 3, 4, 5]);
    });

    it('is gone when it is removed', async () => {
      const room = await inserted({ dueAt: 5 });
      await store.rooms.remove(room._id);
      await store.rooms.remove(room._id);
      expect(await store.rooms.get(room._id)).toBeUndefined();
      expect(await store.rooms.existing([room._id])).toEqual([]);
      expect(await store.rooms.due(5, Infinity)).not.toContain(room._id);
      expect((await store.rooms.list(undefined, 100)).map(({ _id }) => _id)).not.toContain(room._id);
    });
  });

  describe('a commit', () => {
    it('stores the room and its chats together', async () => {
      const room = await inserted();
      const said: Chat[] = [
        textOf(room, 1, { chat: '안녕 👋\u0000<b>$where' }),
        gifOf(room, 2),
        { ...textOf(room, 3), kind: 'join', user: 'system' },
      ];
      const to = next(room, { seq: 3 });
      expect(await store.rooms.commit(room, to, said)).toBe(true);
      expect(await store.rooms.get(room._id)).toStrictEqual(to);
      expect(await store.chats.page(room._id, 'newest', 10)).toStrictEqual(said);
    });

    it('changes nothing when another commit was first', async () => {
      const room = await inserted();
      const { to, said } = saying(room, 1);
      expect(await store.rooms.commit(room, to, said)).toBe(true);
      const late = next(room, { title: 'late', seq: 2, dueAt: 1 });
      expect(await store.rooms.commit(room, late, [textOf(room, 1), textOf(room, 2)])).toBe(false);
      expect(await store.rooms.get(room._id)).toStrictEqual(to);
      expect(await store.chats.page(room._id, 'newest', 10)).toStrictEqual(said);
      expect(await store.rooms.due(1, Infinity)).not.toContain(room._id);
    });

    it('is refused when the room is gone', async () => {
      const room = roomWith();
      expect(await store.rooms.commit(room, next(room), [])).toBe(false);
      expect(await store.rooms.get(room._id)).toBeUndefined();
    });

    it('succeeds for exactly one of many at the same time', async () => {
      const room = await inserted();
      const racers = Array.from({ length: 20 }, (_, index) => next(room, { seq: 1, title: String(index) }));
      const results = await Promise.all(
        racers.map((to) => store.rooms.commit(room, to, [textOf(room, 1, { chat: to.title })])),
      );
      const winner = racers[results.indexOf(true)];
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await store.rooms.get(room._id)).toStrictEqual(winner);
      expect(await store.chats.page(room._id, 'newest', 10)).toMatchObject([{ chat: winner?.title }]);
    });

    it('of many rooms at the same time is stored for all of them', async () => {
      const rooms = await Promise.all(Array.from({ length: 30 }, () => inserted()));
      const results = await Promise.all(
        rooms.map((room) => {
          const { to, said } = saying(room, 2);
          return store.rooms.commit(room, to, said);
        }),
      );
      expect(results.every(Boolean)).toBe(true);
      for (const room of rooms) expect(await seqs(room, 'newest', 10)).toEqual([1, 2]);
    });

    it('loses nothing while two writers read again and repeat the commits that lost the race', async () => {
      const { _id } = await inserted();
      const write = async (author: string) => {
        for (let said = 0; said < 15;) {
          const room = await store.rooms.get(_id);
          if (room === undefined) throw new Error('the room is gone');
          const chat = textOf(room, room.seq + 1, { userId: author, nonce: `${author} ${String(said)}` });
          if (await store.rooms.commit(room, next(room, { seq: chat.seq }), [chat])) said++;
        }
      };
      await Promise.all([write('a'), write('b')]);
      const chats = await store.chats.page(_id, { after: 0 }, 100);
      expect(chats.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(new Set(chats.map(({ nonce }) => nonce)).size).toBe(30);
    });
  });

  describe('the list', () => {
    it('shows open rooms, newest first, page by page', async () => {
      const rooms = [await inserted(), await inserted(), await inserted(), await inserted()];
      const [first, second, third, fourth] = rooms.map(({ _id }) => _id);
      const closing = rooms[2];
      if (closing === undefined || third === undefined) throw new Error('not made');
      await store.rooms.commit(closing, next(closing, { closedAt: 1, dueAt: 1 }), []);

      const page = await store.rooms.list(undefined, 2);
      expect(page.map(({ _id }) => _id)).toEqual([fourth, second]);
      const shown = [
        'title',
        'max',
        'owner',
        'password',
        'ephemeral',
        'count',
        'createdAt',
        'version',
      ] as const;
      for (const [index, room] of [rooms[3], rooms[1]].entries())
        for (const field of shown) expect(page[index]?.[field]).toEqual(room?.[field]);
      expect((await store.rooms.list(second, 1)).map(({ _id }) => _id)).toEqual([first]);
      expect((await store.rooms.list(third, 1)).map(({ _id }) => _id)).toEqual([second]);
      expect(await store.rooms.existing([third, newId()])).toEqual([third]);
    });

    it('gives the newest version and number of each room that is asked for, open or closed', async () => {
      const [isOpen, closed] = [await inserted(), await inserted({ closedAt: 5 })];
      const { to, said } = saying(isOpen, 3);
      await store.rooms.commit(isOpen, to, said);
      const entered = next(to, { peopleVersion: 3, seq: 4 });
      await store.rooms.commit(to, entered, [textOf(to, 4)]);
      const marks = await store.rooms.marks([isOpen._id, closed._id, newId()]);
      const shown = marks.map(({ _id, version, peopleVersion, seq }) => ({
        _id,
        version,
        peopleVersion,
        seq,
      }));
      // The stores may give them in any order. Later ids are greater, so sorting restores it.
      expect(shown.sort((one, other) => one._id.localeCompare(other._id))).toEqual([
        { _id: isOpen._id, version: 3, peopleVersion: 3, seq: 4 },
        { _id: closed._id, version: 1, peopleVersion: 1, seq: 0 },
      ]);
      expect(await store.rooms.marks([])).toEqual([]);
    });

    it('has nothing that is older than the first room', async () => {
      await inserted();
      expect(await store.rooms.list('0'.repeat(24), 10)).toEqual([]);
    });
  });

  describe('what is due', () => {
    it('is what the last commits say, the earliest first', async () => {
      const early = await inserted({ dueAt: -300 });
      let room = await inserted({ dueAt: -100 });
      const never = await inserted();
      const dueNow = (now: number) => store.rooms.due(now, 10);
      expect(await dueNow(-100)).toEqual([early._id, room._id]);
      expect(await dueNow(-101)).toEqual([early._id]);
      expect(await store.rooms.due(-100, 1)).toEqual([early._id]);

      for (const dueAt of [-200, -200, -150]) {
        const to = next(room, { dueAt });
        await store.rooms.commit(room, to, []);
        room = to;
        expect(await dueNow(dueAt)).toEqual([early._id, room._id]);
        expect(await dueNow(dueAt - 1)).toEqual([early._id]);
      }
      await store.rooms.commit(room, next(room, { dueAt: null }), []);
      expect(await dueNow(-1)).toEqual([early._id]);
      const all = await store.rooms.due(Infinity, Infinity);
      expect(all).toContain(early._id);
      expect(all).not.toContain(never._id);
      expect(all).not.toContain(room._id);
    });

    it('includes rooms that are due impossibly late, because the clock was moved back since', async () => {
      const [far, farther] = [await inserted({ dueAt: 9e15 }), await inserted({ dueAt: 9e15 + 1 })];
      const early = await inserted({ dueAt: -500 });
      expect(await store.rooms.due(-500, 10, 9e15 - 1)).toEqual([early._id, far._id, farther._id]);
      expect(await store.rooms.due(-500, 2, 9e15 - 1)).toEqual([early._id, far._id]);
      expect(await store.rooms.due(-500, 10, 9e15)).toEqual([early._id, farther._id]);
      expect(await store.rooms.due(-500, 10)).toEqual([early._id]);
    });
  });

  describe('a node', () => {
    it('is found by the rooms in which it has a socket, until it has none', async () => {
      const node = newId();
      const people = [
        personWith(),
        personWith({
          id: 'b',
          sockets: [
            { node: 'x', id: '1' },
            { node, id: '2' },
          ],
        }),
      ];
      const room = await inserted({ people });
      await inserted({ people: [personWith({ sockets: [{ node: 'x', id: '3' }] })] });
      expect(await store.rooms.heldBy(node)).toEqual([room._id]);
      await store.rooms.commit(room, next(room, { people: [personWith()] }), []);
      expect(await store.rooms.heldBy(node)).toEqual([]);
    });

    it('gives a sign of life, and is told the time of the store', async () => {
      const node = newId();
      const before = Date.now();
      const enrolled = await store.nodes.enroll(node);
      const beaten = await store.nodes.sign(node);
      expect(Math.abs(enrolled - before)).toBeLessThan(20_000);
      expect(beaten).toBeGreaterThanOrEqual(enrolled);
      expect(await store.nodes.all()).toContainEqual({ _id: node, beats: 1, lapsedAt: null });
    });

    it('can be declared dead once, and gives no sign of life afterwards', async () => {
      const node = newId();
      await store.nodes.enroll(node);
      await store.nodes.sign(node);
      expect(await store.nodes.lapse(node, 0)).toBe(false);
      const marked = await Promise.all([store.nodes.lapse(node, 1), store.nodes.lapse(node, 1)]);
      expect(marked.filter(Boolean)).toHaveLength(1);
      expect(await store.nodes.sign(node)).toBeUndefined();
      const record = (await store.nodes.all()).find(({ _id }) => _id === node);
      expect(record).toStrictEqual({ _id: node, beats: 1, lapsedAt: expect.any(Number) });
      await store.nodes.forget(node);
      expect((await store.nodes.all()).map(({ _id }) => _id)).not.toContain(node);
      expect(await store.nodes.sign(node)).toBeUndefined();
      expect(await store.nodes.lapse(node, 1)).toBe(false);
    });
  });

  describe('a log', () => {
    let room: Room;
    beforeAll(async () => {
      await roomSaying(3);
      room = await roomSaying(10);
      await roomSaying(3);
    });

    it.each<[Range, number, number[]]>([
      ['newest', 3, [8, 9, 10]],
      ['newest', 100, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
      [{ before: 5 }, 2, [3, 4]],
      [{ before: 3 }, 10, [1, 2]],
      [{ before: 1 }, 10, []],
      [{ before: 1_000 }, 2, [9, 10]],
      [{ after: 0 }, 4, [1, 2, 3, 4]],
      [{ after: 7 }, 2, [8, 9]],
      [{ after: 8 }, 10, [9, 10]],
      [{ after: 10 }, 10, []],
      [{ after: 1_000 }, 10, []],
    ])('is read %j, with at most %i chats, in the order of their numbers', async (range, limit, expected) => {
      expect(await seqs(room, range, limit)).toEqual(expected);
    });

    it('is empty for a room that does not exist', async () => {
      expect(await store.chats.page(newId(), 'newest', 10)).toEqual([]);
      expect(await store.chats.byNonce(newId(), [{ userId: 'a', nonce: 'b' }])).toEqual([]);
      expect(await store.chats.gifsNamed(newId(), ['a/b.gif'])).toEqual([]);
      expect(await store.chats.clear(newId(), 10)).toBe(0);
    });

    it('finds a chat by its nonce, also in the last commit, for its author and its room only', async () => {
      const found = async (userId: string, ...nonces: string[]) =>
        (
          await store.chats.byNonce(
            room._id,
            nonces.map((nonce) => ({ userId, nonce })),
          )
        ).map(({ seq }) => seq);
      expect((await found('somebody', 'nonce 10', 'nonce 2', 'nonce 99')).sort((a, b) => a - b)).toEqual([
        2, 10,
      ]);
      expect(await found('another', 'nonce 2')).toEqual([]);
      expect(await found('somebody')).toEqual([]);
    });

    it.each(['$ne', 'a.b', '가'.repeat(64), '\u0000', '👋', ' '])(
      'takes any text as a nonce: %j',
      async (nonce) => {
        const own = await inserted();
        const chat = textOf(own, 1, { nonce });
        await store.rooms.commit(own, next(own, { seq: 1 }), [chat]);
        expect(await store.chats.byNonce(own._id, [{ userId: 'somebody', nonce }])).toStrictEqual([chat]);
        expect(await store.chats.byNonce(own._id, [{ userId: 'somebody', nonce: `${nonce}x` }])).toEqual([]);
      },
    );

    it('tells which of these files a chat names', async () => {
      const own = await inserted();
      const [one, two, other] = [gifOf(own, 1), gifOf(own, 2), `${own._id}/other.gif`];
      const between = next(own, { seq: 1 });
      await store.rooms.commit(own, between, [one]);
      await store.rooms.commit(between, next(between, { seq: 2 }), [two]);
      expect(await store.chats.gifsNamed(own._id, [one.gif, other, two.gif])).toEqual([one.gif, two.gif]);
    });

    it('is shown without its content while it is to be erased, and has lost it afterwards', async () => {
      const own = await inserted();
      const [text, picture] = [textOf(own, 1, { name: '민아' }), gifOf(own, 2)];
      const between = next(own, { seq: 2 });
      await store.rooms.commit(own, between, [text, picture]);
      const erasing = [
        { seq: 1, bytes: 5 },
        { seq: 2, bytes: 35, gif: picture.gif },
      ];
      await store.rooms.commit(between, next(between, { seq: 3, erasing }), [textOf(own, 3)]);
      expect((await store.rooms.get(own._id))?.erasing).toEqual(erasing);
      const { chat: _text, ...blankText } = text;
      const { gif: _gif, width: _width, height: _height, bytes: _bytes, ...blankPicture } = picture;
      const blank = [blankText, blankPicture].map((chat) => ({ ...chat, takenBack: true }));
      const first = async () => (await store.chats.page(own._id, { after: 0 }, 2)) as object[];
      expect(await first()).toEqual(blank);
      await store.chats.erase(own._id, [1, 2, 99]);
      expect(await first()).toEqual(blank);
      await store.chats.erase(own._id, [1, 2]);
      const last = await store.rooms.get(own._id);
      if (last === undefined) throw new Error('no room');
      await store.rooms.commit(last, next(last, { erasing: [] }), []);
      expect(await first()).toEqual(blank);
      expect(await store.chats.gifsNamed(own._id, [picture.gif])).toEqual([]);
      expect((await store.chats.byNonce(own._id, [text])).map(({ seq }) => seq)).toEqual([1]);
    });

    it('is cleared in parts until nothing is left, and other rooms keep theirs', async () => {
      const open = await roomSaying(4, 1);
      const chat = gifOf(open, 5);
      const last = next(open, { seq: 5 });
      await store.rooms.commit(open, last, [chat]);
      await store.rooms.commit(last, next(last, { closedAt: 1 }), []);

      expect(await store.chats.clear(open._id, 3)).toBe(3);
      expect(await store.chats.clear(open._id, 3)).toBe(2);
      expect(await store.chats.clear(open._id, 3)).toBe(0);
      expect(await store.chats.page(open._id, 'newest', 10)).toEqual([]);
      expect(await store.chats.byNonce(open._id, [chat])).toEqual([]);
      expect(await store.chats.gifsNamed(open._id, [chat.gif])).toEqual([]);
      expect(await seqs(room, 'newest', 100)).toHaveLength(10);
    });
  });

  describe('a session', () => {
    const DAY = 24 * 3_600_000;
    const session = (maxAge: number): SessionData => {
      const cookie = new Cookie();
      cookie.maxAge = maxAge;
      return { cookie, userId: 'somebody', color: '#3a7867' };
    };
    const set = (sid: string, data: SessionData) => calling((done) => store.sessions.set(sid, data, done));
    const get = (sid: string) =>
      new Promise<SessionData | null | undefined>((resolve, reject) => {
        store.sessions.get(sid, (error: unknown, found) => (error ? reject(error) : resolve(found)));
      });

    it('is found, also after the store was opened again, until it is destroyed', async () => {
      const sid = newId();
      const data = session(DAY);
      await set(sid, data);
      expect(await get(sid)).toMatchObject({
        userId: 'somebody',
        color: '#3a7867',
        cookie: { originalMaxAge: data.cookie.originalMaxAge },
      });
      store = await kept.reopen();
      expect(await get(sid)).toMatchObject({ userId: 'somebody' });
      await calling((done) => store.sessions.destroy(sid, done));
      expect((await get(sid)) ?? null).toBeNull();
      await calling((done) => store.sessions.destroy(sid, done));
    });

    it('is replaced when it is set again', async () => {
      const sid = newId();
      await set(sid, session(DAY));
      await set(sid, { ...session(DAY), color: '#000000' });
      expect(await get(sid)).toMatchObject({ color: '#000000' });
    });

    it('is missing when it is unknown or has expired', async () => {
      const sid = newId();
      expect((await get(sid)) ?? null).toBeNull();
      await set(sid, session(-1_000));
      expect((await get(sid)) ?? null).toBeNull();
    });

    it('keeps its data when it is touched', async () => {
      const sid = newId();
      await set(sid, session(DAY));
      const touched = await get(sid);
      if (!touched) throw new Error('not stored');
      await calling((done) =>
        store.sessions.touch?.(sid, { ...touched, cookie: session(2 * DAY).cookie }, done),
      );
      expect(await get(sid)).toMatchObject({ userId: 'somebody', color: '#3a7867' });
    });
  });

  it('answers a ping until it is closed, may be closed twice, and refuses every call afterwards', async () => {
    const own = await open();
    await own.store.ping();
    const room = roomWith();
    await own.store.rooms.insert(room);
    await Promise.all([own.store.close(), own.store.close()]);
    await expect(own.store.ping()).rejects.toThrow();
    await expect(own.store.rooms.get(room._id)).rejects.toThrow();
    await expect(own.store.rooms.commit(room, next(room), [])).rejects.toThrow();
    await own.dispose();
  });
});

function calling(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error ? reject(error) : resolve()));
  });
}
