/** What concerns only the MongoDB store: other processes, lost answers, and databases that another program filled. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import mongoose, { type Connection } from 'mongoose';
import { openMongo } from '../../src/stores/mongo';
import type { Store } from '../../src/stores/store';
import { openProxy, type Proxy } from '../support/proxy';
import { databaseOf } from '../support/store';
import { gifOf, next, roomWith, saying, textOf } from '../support/values';
import type { Room } from '../../src/types/room';

const server = process.env['MONGO_URL'];

describe('a MongoDB that cannot be used', () => {
  it('fails the start with one line that names host and database, but neither user nor password', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const failure = openMongo({
      url: `mongodb://reader:s%40cret@127.0.0.1:${String(port)}/books?authSource=admin`,
    });
    await expect(failure).rejects.toThrow(
      new RegExp(`^MongoDB at 127\\.0\\.0\\.1:${String(port)}/books cannot be used \\([^\n]*\\): [^\n]+$`),
    );
    await expect(failure).rejects.not.toThrow(/reader|cret/);
  });

  it.each([
    'mongodb://reader:s@cret@127.0.0.1/x',
    'mongodb://reader:se/cret@127.0.0.1/x',
    'mongodb://reader:se:cret@127.0.0.1/x',
  ])('keeps a password out of the error that is not percent-encoded: %s', async (url) => {
    const failure = openMongo({ url });
    await expect(failure).rejects.toThrow(/^MongoDB at 127\.0\.0\.1\/x cannot be used/);
    await expect(failure).rejects.not.toThrow(/reader|cret/);
  });
});

if (server) {
  describe('the MongoDB store', () => {
    const url = databaseOf(server);
    let store: Store;
    let other: Store;
    let raw: Connection;

    beforeAll(async () => {
      [store, other] = await Promise.all([openMongo({ url }), openMongo({ url })]);
      raw = await mongoose.createConnection(url).asPromise();
    });
    afterAll(async () => {
      await store.close();
      await other.close();
      await raw.dropDatabase();
      await raw.close();
    });

    const idOf = (room: Room) => new mongoose.Types.ObjectId(room._id);
    const seqsInChats = async (room: Room): Promise<unknown[]> => {
      const chats = await raw
        .collection('chats')
        .find({ room: idOf(room) })
        .sort({ seq: 1 })
        .toArray();
      return chats.map((chat): unknown => chat['seq']);
    };
    const seqs = async (from: Store, room: Room) =>
      (await from.chats.page(room._id, 'newest', 100)).map(({ seq }) => seq);

    async function inserted(): Promise<Room> {
      const room = roomWith();
      await store.rooms.insert(room);
      return room;
    }

    it('stores documents as the book does: with ObjectIds, dates, and the room as a reference', async () => {
      const room = await inserted();
      const { to, said } = saying(room, 1);
      await store.rooms.commit(room, to, said);
      await store.rooms.commit(to, next(to), []);
      const { ObjectId } = mongoose.Types;
      expect(await raw.collection('rooms').findOne({ _id: idOf(room) })).toMatchObject({
        title: room.title,
        max: 10,
        owner: room.owner,
        createdAt: room.createdAt,
      });
      expect(await raw.collection('chats').findOne({ room: idOf(room) })).toMatchObject({
        _id: new ObjectId(said[0]?._id),
        user: '#3a7867',
        chat: '말 1',
        createdAt: said[0]?.createdAt,
      });
    });

    it('shows chats that a dead process left in the room’s document, and moves them to the collection of chats', async () => {
      const room = await inserted();
      const first = saying(room, 2);
      await store.rooms.commit(room, first.to, first.said);
      const gif = gifOf(room, 3);
      const second = next(first.to, { seq: 3 });
      await store.rooms.commit(first.to, second, [gif]);
      // Make the data look as if the process had died between its commit and the insert of the chat.
      await store.close();
      await raw.collection('chats').deleteMany({ room: idOf(room), seq: 3 });
      store = await openMongo({ url });

      expect(await seqs(store, room)).toEqual([1, 2, 3]);
      expect(await seqs(other, room)).toEqual([1, 2, 3]);
      expect(await other.chats.byNonce(room._id, [gif])).toStrictEqual([gif]);
      expect(await other.chats.gifsNamed(room._id, [gif.gif])).toEqual([gif.gif]);

      const third = saying(second, 1);
      expect(await other.rooms.commit(second, third.to, third.said)).toBe(true);
      expect(await seqs(store, room)).toEqual([1, 2, 3, 4]);
      expect(await other.rooms.commit(third.to, next(third.to), [])).toBe(true);
      expect(await seqsInChats(room)).toEqual([1, 2, 3, 4]);
    });

    it('never shows the chats in the room’s document (`tail`) as a part of the room', async () => {
      const room = await inserted();
      const { to, said } = saying(room, 2);
      await store.rooms.commit(room, to, said);
      expect(await store.rooms.get(room._id)).not.toHaveProperty('tail');
      expect((await store.rooms.list(undefined, 1))[0]).not.toHaveProperty('tail');
    });

    it('loses and doubles nothing while several processes write to one room', async () => {
      const { _id } = await inserted();
      const write = async (by: Store, author: string) => {
        for (let said = 0; said < 12;) {
          const room = await by.rooms.get(_id);
          if (room === undefined) throw new Error('the room is gone');
          const chat = textOf(room, room.seq + 1, { userId: author, nonce: `${author} ${String(said)}` });
          if (await by.rooms.commit(room, next(room, { seq: chat.seq }), [chat])) said++;
          // The log must have no gaps at any time.
          const read = await by.chats.page(_id, { after: 0 }, 100);
          expect(read.map(({ seq }) => seq)).toEqual(read.map((_, index) => index + 1));
        }
      };
      await Promise.all([write(store, 'a'), write(store, 'b'), write(other, 'c')]);
      const chats = await other.chats.page(_id, { after: 0 }, 100);
      expect(chats).toHaveLength(36);
      expect(new Set(chats.map(({ nonce }) => nonce)).size).toBe(36);
    });

    it('refuses to look up a nonce when it sees an older version of the room than the caller knows', async () => {
      const room = await inserted();
      const { to, said } = saying(room, 1);
      await store.rooms.commit(room, to, said);
      expect(await other.chats.byNonce(room._id, said, to.version)).toStrictEqual(said);
      await expect(other.chats.byNonce(room._id, said, to.version + 1)).rejects.toThrow(/older/);
    });

    it('reads the rest of a log that is being cleared', async () => {
      const room = await inserted();
      const { to, said } = saying(room, 5);
      await store.rooms.commit(room, to, said);
      await store.rooms.commit(to, next(to, { closedAt: 1 }), []);
      expect(await other.chats.clear(room._id, 2)).toBe(2);
      expect(await seqs(store, room)).toHaveLength(3);
    });

    it("leaves the book's own rooms alone", async () => {
      const book = { title: 'of the book', max: 10, owner: '#000000', password: '', createdAt: new Date() };
      const { insertedId } = await raw.collection('rooms').insertOne(book);
      expect(await store.rooms.get(insertedId.toHexString())).toBeUndefined();
      expect((await store.rooms.list(undefined, 100)).map(({ title }) => title)).not.toContain('of the book');
    });

    it("does not start where the book's chats would break its index, and says so", async () => {
      const taken = databaseOf(server);
      const book = await mongoose.createConnection(taken).asPromise();
      const room = new mongoose.Types.ObjectId();
      await book.collection('chats').insertMany(['a', 'b'].map((chat) => ({ room, user: '#000000', chat })));
      await expect(openMongo({ url: taken })).rejects.toThrow(/holds chats of another program/);
      await book.dropDatabase();
      await book.close();
    });

    describe('on a line that fails', () => {
      let proxy: Proxy;
      let far: Store;

      beforeAll(async () => {
        const { hostname, port } = new URL(server);
        proxy = await openProxy(hostname, Number(port || 27_017));
        const direct = new URL(url);
        direct.host = `127.0.0.1:${String(proxy.port)}`;
        direct.searchParams.set('directConnection', 'true');
        far = await openMongo({ url: direct.href });
      });
      afterAll(async () => {
        await far.close();
        await proxy.close();
      });

      it('finds that a commit was stored though its answer was lost', async () => {
        const room = await inserted();
        const { to, said } = saying(room, 2);
        await far.rooms.commit(room, next(room), []);
        const from = next(room);
        const stored = next(from, { seq: to.seq, writes: { far: 'write 1' } });
        proxy.loseAnswerTo('updates');
        await expect(far.rooms.commit(from, stored, said)).rejects.toThrow();
        expect(await far.rooms.get(room._id)).toStrictEqual(stored);
        expect(await far.rooms.commit(from, stored, said)).toBe(false);
        expect(await far.chats.byNonce(room._id, said)).toStrictEqual(said);

        const last = saying(stored, 1);
        expect(await far.rooms.commit(stored, last.to, last.said)).toBe(true);
        expect(await seqs(far, room)).toEqual([1, 2, 3]);
        expect(await seqs(store, room)).toEqual([1, 2, 3]);
      });

      it.each(['loseAnswerTo', 'loseRequest'] as const)(
        'loses no chats when their insert behind a commit failed: %s',
        async (lose) => {
          const room = await inserted();
          const first = saying(room, 2);
          proxy[lose]('insert');
          expect(await far.rooms.commit(room, first.to, first.said)).toBe(true);
          const second = saying(first.to, 1);
          expect(await far.rooms.commit(first.to, second.to, second.said)).toBe(true);
          expect(await seqs(far, room)).toEqual([1, 2, 3]);
          expect(await seqs(store, room)).toEqual([1, 2, 3]);
        },
      );

      it('refuses calls while the line is cut, and works again by itself when the line is back', async () => {
        const room = await inserted();
        const { to, said } = saying(room, 1);
        proxy.cut();
        await expect(far.ping()).rejects.toThrow();
        await expect(far.rooms.commit(room, to, said)).rejects.toThrow();
        proxy.heal();
        expect(await far.rooms.commit(room, to, said)).toBe(true);
        await far.ping();
        expect(await seqs(store, room)).toEqual([1]);
      });
    });
  });
}
