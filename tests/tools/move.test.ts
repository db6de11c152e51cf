/** Moves from the embedded store to MongoDB. Needs a server, so vitest.config.mjs leaves it out without MONGO_URL. */
import mongoose, { type Connection } from 'mongoose';
import { openSites, type Site, type Sites } from './commands';
import { createRoom, join, person, until, type Person } from '../support/app';
import { gif } from '../support/gif';
import { databaseOf } from '../support/store';
import { personWith, roomWith, saying } from '../support/values';
import { openEmbedded } from '../../src/stores/embedded';

const server = process.env['MONGO_URL'] ?? '';

let sites: Sites;
let site: Site;
let url: string;
let target: Connection;

describe('moving to MongoDB', () => {
  beforeAll(async () => {
    sites = await openSites();
  }, 60_000);
  afterAll(() => sites.dispose());
  beforeEach(async () => {
    site = await sites.make();
    url = databaseOf(server);
    target = await mongoose.createConnection(url).asPromise();
  });
  afterEach(async () => {
    await target.dropDatabase();
    await target.close();
  });

  const say = (who: Person, room: string, chat: string) =>
    who.http.post(`/room/${room}/chat`).send({ chat }).expect(200);
  const countOf = (collection: string) => target.collection(collection).countDocuments();

  /** Stores two rooms, as a stopped server leaves them; one has so many chats. @returns that room. */
  async function fill(count: number) {
    const store = await openEmbedded({ dir: site.dataDir });
    const room = roomWith({ writes: { 'a-b': 'c', 'a-a': 'd' } });
    await store.rooms.insert(roomWith({ password: 'hash', dueAt: 1_800_000_000_000, barred: ['x'] }));
    await store.rooms.insert(room);
    const { to, said } = saying(room, count);
    await store.rooms.commit(room, to, said);
    await store.close();
    return to;
  }

  it('keeps rooms, chats, GIFs, places and sessions', async () => {
    const before = await site.serve();
    const [owner, guest] = [await person(before), await person(before)];
    const room = await createRoom(owner, { password: '비밀' });
    await guest.http.post(`/room/${room}/enter`).send({ password: '비밀' }).expect(303);
    await join(await owner.chat(), room);
    await join(await guest.chat(), room);
    await say(owner, room, '앞');
    await guest.http.post(`/room/${room}/gif`).attach('gif', gif(), 'a.gif').expect(200);
    const log = (await owner.http.get(`/room/${room}/chats`).expect(200)).body as {
      chats: { gif?: string }[];
    };
    await before.stop();

    const ran = await site.run('move', url);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('1 rooms');
    expect(ran.out).toContain('Counts and hashes agree');
    expect(ran.out).toContain(`The GIFs stay in ${site.uploadsDir}`);
    expect(ran.error).toContain('copying chats: 4 of 4 (100 %)');

    const after = await site.serve({ mongoUrl: url });
    const [same, other] = [await person(after, owner.cookie), await person(after, guest.cookie)];
    expect((await same.http.get(`/room/${room}/chats`).expect(200)).body).toEqual(log);
    const sent = log.chats.find((chat) => chat.gif !== undefined)?.gif ?? '';
    await other.http.get(`/gif/${sent}`).expect(200);
    const joined = await join(await other.chat(), room);
    expect(joined.people?.map(({ owner: isOwner }) => isOwner)).toEqual([true, false]);
    await join(await same.chat(), room);
    await say(same, room, '뒤');
    await (await person(after)).http.get(`/room/${room}/chats`).set('accept', 'application/json').expect(403);
    await same.http.delete(`/room/${room}`).expect(200);
    await until(async () => (await countOf('chats')) === 0);
    await after.stop();
  });

  it('frees the places of people who were connected when the old server stopped', async () => {
    const before = await site.serve();
    const owner = await person(before);
    const room = await createRoom(owner);
    await join(await owner.chat(), room);
    await before.stop();
    await site.run('move', url);
    const after = await site.serve({ mongoUrl: url });
    // The new server finds the old sockets by the record of the old process, which was moved, too.
    await until(
      async () => (await target.collection('rooms').countDocuments({ 'people.until': { $gt: 0 } })) === 1,
    );
    expect((await target.collection('rooms').findOne())?.['people']).toMatchObject([{ sockets: [] }]);
    await after.stop();
  });

  it('lets all waits begin again at the new start, as a restart does', async () => {
    const store = await openEmbedded({ dir: site.dataDir });
    const past = { emptyAt: 1, dueAt: 2 };
    await store.rooms.insert(roomWith(past));
    const people = [personWith({ until: 1 })];
    await store.rooms.insert(roomWith({ people, count: 1, dueAt: 1 }));
    await store.close();
    await site.run('move', url);
    const startedAt = Date.now();
    const after = await site.serve({ mongoUrl: url });
    const waiting = { $or: [{ emptyAt: { $gte: startedAt } }, { 'people.until': { $gte: startedAt } }] };
    const isSoon = { closedAt: null, dueAt: { $gte: startedAt, $lt: startedAt + 3_600_000 } };
    await until(
      async () => (await target.collection('rooms').countDocuments({ ...waiting, ...isSoon })) === 2,
    );
    await after.stop();
  });

  it('can be run again, and then copies what is missing', async () => {
    await fill(1_200);
    expect((await site.run('move', url)).code).toBe(0);
    await target.collection('chats').deleteMany({ seq: { $gt: 700 } });
    await target.collection('rooms').deleteMany({});
    const again = await site.run('move', url);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('1200 chats') });
    expect(await countOf('chats')).toBe(1_200);
    expect(await countOf('rooms')).toBe(2);
  });

  it('is refused while the server runs, naming its process', async () => {
    const running = await site.serve();
    const ran = await site.run('move', url);
    await running.stop();
    const error = expect.stringContaining(`in use by process ${String(process.pid)}`);
    expect(ran).toMatchObject({ code: 1, out: '', error });
    expect(await countOf('sessions')).toBe(0);
  });

  it.each<[string, (room: { _id: string }) => object, string]>([
    [
      'holds rooms of others',
      () => ({ _id: new mongoose.Types.ObjectId(), title: '책의 방' }),
      'holds rooms already',
    ],
    [
      'went on with our rooms',
      ({ _id }) => ({ _id: new mongoose.Types.ObjectId(_id), version: 9 }),
      'has been used since',
    ],
  ])('is refused if the database %s', async (_what, document, reason) => {
    await target.collection('rooms').insertOne(document(await fill(3)));
    const ran = await site.run('move', url);
    expect(ran).toMatchObject({ code: 1, out: '', error: expect.stringContaining(reason) });
    expect((await target.listCollections()).map(({ name }) => name)).toEqual(['rooms']);
    expect(await target.collection('rooms').indexes()).toHaveLength(1);
  });

  it('is refused while a server uses the target database', async () => {
    await fill(3);
    const other = await sites.make();
    const running = await other.serve({ mongoUrl: url });
    const ran = await site.run('move', url);
    await running.stop();
    expect(ran).toMatchObject({ code: 1, error: expect.stringContaining('in use by a server') });
  });

  it('fails with one line that says what is wrong, without the password', async () => {
    expect(await site.run('move', url)).toMatchObject({
      code: 1,
      error: `there is no database in ${site.dataDir}\n`,
    });
    await fill(3);
    const away = await site.run('move', 'mongodb://me:geheim@127.0.0.1:1/x');
    expect(away).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining('MongoDB at 127.0.0.1:1/x cannot be'),
    });
    expect(away.error).not.toContain('geheim');
    expect(away.error.split('\n')).toHaveLength(2);
    expect(await site.run('move', 'localhost')).toMatchObject({
      code: 1,
      error: expect.stringContaining('mongodb://'),
    });
  });
});
