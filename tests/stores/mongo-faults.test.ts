/** MongoDB in trouble: unreachable, slow, silent, or killed and started again; and which commands we send to it. */
import mongoose, { mongo } from 'mongoose';
import request from 'supertest';
import { loadConfig } from '../../src/config';
import { chatSchema } from '../../src/schemas/chat';
import { nodeSchema } from '../../src/schemas/node';
import { roomSchema } from '../../src/schemas/room';
import { start } from '../../src/start';
import { openMongo } from '../../src/stores/mongo';
import type { Stored } from '../../src/services/chats';
import { ROOMS_A_PAGE } from '../../src/services/rooms';
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
import { openDatabase, serveMongo, type TestDatabase, type TestServer } from '../support/mongo';
import { databaseOf } from '../support/store';
import { personWith, roomWith, saying } from '../support/values';

const server = process.env['MONGO_URL'];
const command = process.env['MONGO_SERVE'];
if (!server || !command) {
  process.stderr.write(
    'set MONGO_URL to a MongoDB server, and MONGO_SERVE to a command that starts one, given a port and a folder, to test a MongoDB in trouble\n',
  );
}

test('MongoDB is given the user name and the password unchanged, whatever characters they contain', () => {
  const [username, password] = ['글:쓴이@집', 'p@ss/w:o?r#d%20'];
  const { mongoUrl = '' } = loadConfig({
    MONGO_ID: username,
    MONGO_PASSWORD: password,
    COOKIE_SECRET: 'long enough to be one',
  });
  const client = new mongo.MongoClient(mongoUrl);
  expect(client.options.credentials).toMatchObject({ username, password });
  expect(mongoUrl).not.toContain(password);
});

const visitors: Person[] = [];
async function visitor(app: TestApp): Promise<Person> {
  const somebody = await person(app);
  visitors.push(somebody);
  return somebody;
}
afterEach(() => {
  for (const somebody of visitors.splice(0)) somebody.gone();
});

/** The whole log of the room, read page by page over HTTP. */
async function logOf(who: Person, room: string): Promise<SentChat[]> {
  const log: SentChat[] = [];
  for (;;) {
    const page = await who.http.get(`/room/${room}/chats?after=${String(log.length)}&limit=100`).expect(200);
    const { chats, more } = page.body as { chats: SentChat[]; more: boolean };
    log.push(...chats);
    if (!more) return log;
  }
}

/** Lets each socket say one text after another, again and again until it is stored. */
function letTalk(sockets: readonly ChatClient[], room: string) {
  const acked = new Map<string, number>();
  let isOver = false;
  const talk = sockets.map(async (socket, i) => {
    for (let said = 0; !isOver; said++) {
      const chat = `${String(i)} ${String(said)}`;
      acked.set(chat, (await insist(socket, room, chat)).seq);
    }
  });
  return {
    async ackedMore(more: number): Promise<void> {
      const before = acked.size;
      await until(async () => acked.size >= before + more);
    },
    /** Ends the talk. @returns what was acknowledged, with its number. */
    async end(): Promise<Map<string, number>> {
      isOver = true;
      await Promise.all(talk);
      return acked;
    },
  };
}

/** The log has no gap, and holds each text that was acknowledged once, where that was told. @returns its length. */
async function expectEachOnce(who: Person, room: string, acked: Map<string, number>): Promise<number> {
  const log = await logOf(who, room);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
  const said = log.flatMap((chat) => (chat.kind === 'chat' ? [[chat.chat, chat.seq] as const] : []));
  expect(new Map(said)).toEqual(acked);
  expect(said).toHaveLength(acked.size);
  return log.length;
}

if (server) {
  describe('a line to MongoDB that fails', () => {
    let database: TestDatabase;
    let line: Awaited<ReturnType<TestDatabase['line']>>;
    let app: TestApp;

    beforeAll(async () => {
      database = await openDatabase(server);
      line = await database.line();
      app = await database.app(line.url);
    }, 60_000);
    afterEach(() => {
      line.heal();
    });
    afterAll(() => database.dispose());

    /** Two people in a room. `ended` collects the reasons when their connections end. */
    async function twoInARoom() {
      const [speaker, listener] = [await visitor(app), await visitor(app)];
      const room = await createRoom(speaker);
      const sockets = [await speaker.chat(), await listener.chat()] as const;
      // After an outage nobody is let in before the next sign of life of the process has arrived.
      const enter = (socket: ChatClient) =>
        until(async () => (await ask(socket, 'join', { room, after: 0 })).ok);
      for (const socket of sockets) await enter(socket);
      const ended: string[] = [];
      for (const socket of sockets) socket.on('disconnect', (reason) => ended.push(reason));
      return { room, speaker, says: sockets[0], hears: sockets[1], ended };
    }

    test.each([
      ['away', 'cut'],
      ['silent', 'freeze'],
    ] as const)(
      'while it is %s, people stay connected, sends are refused after 5 s, and health is 503; then all works again by itself',
      async (_what, fail) => {
        const { room, speaker, says, hears, ended } = await twoInARoom();
        line[fail]();
        const begun = performance.now();
        const answers = await Promise.all([
          ask(says, 'chat', { room, chat: '들려요?', nonce: 'one' }),
          ask(hears, 'chat', { room, chat: '안 들려요', nonce: 'two' }),
        ]);
        expect(answers).toMatchObject(Array(2).fill({ ok: false, code: 'UNAVAILABLE' }));
        expect(performance.now() - begun).toBeGreaterThan(4_900);
        await request(app.url).get('/healthz').expect(503);
        await speaker.http.post(`/room/${room}/chat`).send({ chat: '웹으로' }).expect(503);
        await speaker.http.get(`/room/${room}/chats`).expect(503);

        const live = heard(hears, 'chats', (chats) => chats.some(({ nonce }) => nonce === 'one'));
        line.heal();
        await until(async () => (await request(app.url).get('/healthz')).status === 200);
        const again = await insist(says, room, 'one');
        await live;
        expect((await logOf(speaker, room)).filter(({ nonce }) => nonce === 'one')).toMatchObject([
          { seq: again.seq },
        ]);
        expect(ended).toEqual([]);
      },
      90_000,
    );

    test('a chat whose commit lost its answer is sent to the room, acknowledged, and not doubled by a retry', async () => {
      const { room, speaker, says, hears, ended } = await twoInARoom();
      line.loseAnswerTo('updates');
      const told = heard(hears, 'chats', (chats) => chats.some(({ nonce }) => nonce === 'lost'));
      const sent = ask<Stored>(says, 'chat', { room, chat: '한 번만', nonce: 'lost' });
      const stored = (await told).find(({ nonce }) => nonce === 'lost');
      expect(await sent).toMatchObject({ ok: true, seq: stored?.seq, _id: stored?._id });
      expect(await ask(says, 'chat', { room, chat: '한 번만', nonce: 'lost' })).toEqual(await sent);
      expect((await logOf(speaker, room)).filter(({ nonce }) => nonce === 'lost')).toHaveLength(1);
      expect(ended).toEqual([]);
    });

    test('when all its connections are cut at once, 20 times, each time it stores again, sessions too, and nothing is lost', async () => {
      const { room, speaker, says, hears, ended } = await twoInARoom();
      const talk = letTalk([says, hears], room);
      for (let times = 0; times < 20; times++) {
        await talk.ackedMore(60);
        line.cut();
        line.heal();
        await talk.ackedMore(2);
        await until(async () => (await request(app.url).get('/healthz')).status === 200);
        const newcomer = await visitor(app);
        await newcomer.http.get(`/room/${room}`).expect(200);
      }
      await expectEachOnce(speaker, room, await talk.end());
      expect(ended).toEqual([]);
    }, 240_000);

    test('a program stops within its 8 s even if MongoDB is silent', async () => {
      const stuck = await database.line();
      const store = await openMongo({ url: stuck.url });
      const running = await start(app.config, store);
      stuck.freeze();
      const begun = performance.now();
      await running.stop();
      expect(performance.now() - begun).toBeLessThan(9_500);
      stuck.heal();
      await store.close();
    }, 60_000);

    test('a slow line makes answers slow, but none of them wrong', async () => {
      const { room, speaker, says, hears } = await twoInARoom();
      line.slow(150);
      const last = heard(hears, 'chats', (chats) => chats.some(({ seq }) => seq === 32));
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          ask<Stored>(says, 'chat', { room, chat: String(i), nonce: String(i) }),
        ),
      );
      expect(answers.map((answer) => answer.ok && answer.seq)).toEqual(
        Array.from({ length: 30 }, (_, i) => i + 3),
      );
      await last;
      expect((await logOf(speaker, room)).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 32 }, (_, i) => i + 1),
      );
      await request(app.url).get('/healthz').expect(200);
    }, 60_000);
  });
}

if (server) {
  describe('the commands to MongoDB', () => {
    let database: TestDatabase;
    let app: TestApp;
    let asked: mongo.CommandStartedEvent[] = [];
    const note = (event: mongo.CommandStartedEvent) => void asked.push(event);

    beforeAll(async () => {
      database = await openDatabase(server);
      const monitored = new URL(database.url);
      monitored.searchParams.set('monitorCommands', 'true');
      app = await database.app(monitored.href);
      const open = mongoose.connections.filter(
        ({ readyState }) => readyState === mongoose.ConnectionStates.connected,
      );
      const clients = open.map((connection) => connection.getClient());
      clients.find(({ options }) => options.monitorCommands)?.on('commandStarted', note);
    }, 60_000);
    beforeEach(() => {
      asked = [];
    });
    afterAll(() => database.dispose());

    /** Stores a room with so many chats, and so many people who hold a place for 50 s. */
    async function aRoomWith(people: number, chats: number): Promise<string> {
      const until = Date.now() + 50_000;
      const inside = Array.from({ length: people }, (_, i) => personWith({ id: `p${String(i)}`, until }));
      let room = roomWith({ max: 500, people: inside, count: people, ownerId: 'p0' });
      await app.store.rooms.insert(room);
      for (let said = 0; said < chats; said += 50) {
        const { to, said: more } = saying(room, Math.min(50, chats - said));
        await app.store.rooms.commit(room, to, more);
        room = to;
      }
      return room._id;
    }

    /** The commands about rooms and chats that an action causes, without those that the program sends regularly. */
    async function commandsOf(action: () => Promise<unknown>): Promise<string[]> {
      asked = [];
      await action();
      return (
        asked
          .filter(({ command }) => !JSON.stringify(command['filter'] ?? {}).includes('"dueAt"'))
          .filter(({ command }) => !('peopleVersion' in Object(command['projection'])))
          // The regular look at the list reads one page of rooms. (A visitor's page reads one room more.)
          .filter(({ command }) => command['limit'] !== ROOMS_A_PAGE)
          .map(({ commandName, command }) => `${commandName} ${String(command[commandName])}`)
          .filter((line) => /rooms|chats/.test(line))
      );
    }

    async function everyAction(people: number, chats: number): Promise<Record<string, string[]>> {
      const room = await aRoomWith(people, chats);
      const who = await visitor(app);
      const socket = await who.chat();
      return {
        list: await commandsOf(() => who.http.get('/').expect(200)),
        create: await commandsOf(() => createRoom(who)),
        page: await commandsOf(() => who.http.get(`/room/${room}`).expect(200)),
        join: await commandsOf(() => join(socket, room)),
        chat: await commandsOf(() => ask(socket, 'chat', { room, chat: '하나' })),
        'chat by HTTP': await commandsOf(() =>
          who.http.post(`/room/${room}/chat`).send({ chat: '둘' }).expect(200),
        ),
        history: await commandsOf(() => who.http.get(`/room/${room}/chats?before=2`).expect(200)),
        whisper: await commandsOf(() => ask(socket, 'whisper', { room, to: 'p0', chat: '셋' })),
        leave: await commandsOf(() => ask(socket, 'leave', room)),
      };
    }

    test('each action sends the same commands in a full room with a long log among many rooms as in a small one', async () => {
      // More chats than a join reads at first, to know how long they are.
      const few = await everyAction(2, 20);
      for (let rooms = 0; rooms < 60; rooms++) await aRoomWith(1, 0);
      const many = await everyAction(300, 1_000);
      expect(many).toEqual(few);
      for (const commands of Object.values(few)) {
        expect(commands.length).toBeGreaterThan(0);
        expect(commands.length).toBeLessThanOrEqual(10);
      }
    }, 60_000);

    test('every query is answered by a declared index, and every write waits for the majority and the journal', async () => {
      const { rooms, chats, nodes } = app.store;
      const who = await visitor(app);
      const room = await createRoom(who);
      const socket = await who.chat();
      await join(socket, room);
      await ask(socket, 'chat', { room, chat: '하나', nonce: 'one' });
      await who.http.get(`/room/${room}/chats`).expect(200);
      await who.http.get(`/?before=${room}`).expect(200);
      await chats.gifsNamed(room, ['x.gif']);
      await rooms.heldBy('nobody');
      await rooms.existing([room]);
      await rooms.marks([room]);
      await rooms.due(0, 10);
      await rooms.due(0, Infinity);
      await nodes.enroll('a node');
      await nodes.sign('a node');
      await nodes.lapse('a node', 1);
      await nodes.forget('a node');
      await who.http.delete(`/room/${room}`).expect(200);
      await until(async () => (await chats.page(room, 'newest', 1)).length === 0);
      await rooms.remove(room);

      const shapes = asked.flatMap(shapesOf);
      expect(new Set(shapes.map(({ collection }) => collection))).toEqual(
        new Set(['rooms', 'chats', 'nodes', 'sessions']),
      );
      expect(shapes.filter((shape) => !isCovered(shape))).toEqual([]);
      const writes = asked.filter(({ commandName }) =>
        /^(insert|update|delete|findAndModify)$/.test(commandName),
      );
      expect(writes.length).toBeGreaterThan(10);
      for (const { command } of writes)
        expect(command).toMatchObject({ writeConcern: { w: 'majority', j: true } });
    }, 60_000);

    test('the indexes are made at the start, and so is one that was dropped since', async () => {
      const url = databaseOf(server);
      const raw = await mongoose.createConnection(url).asPromise();
      const indexesOf = async (name: string) =>
        (await raw.collection(name).indexes()).map(({ key }): unknown => key);
      const check = async () => {
        for (const [name, schema] of [
          ['rooms', roomSchema],
          ['chats', chatSchema],
        ] as const) {
          const declared = schema.indexes().map(([key]) => key);
          expect(await indexesOf(name)).toEqual(expect.arrayContaining(declared));
        }
      };
      await (await openMongo({ url })).close();
      await check();
      await raw.collection('chats').dropIndex('room_1_seq_1');
      expect(await indexesOf('chats')).not.toContainEqual({ room: 1, seq: 1 });
      const store = await openMongo({ url });
      await check();
      const room = roomWith();
      await store.rooms.insert(room);
      const { to, said } = saying(room, 1);
      expect(await store.rooms.commit(room, to, said)).toBe(true);
      await store.close();
      await raw.dropDatabase();
      await raw.close();
    }, 60_000);
  });
}

if (server && command) {
  describe('a MongoDB that is killed and comes back', () => {
    let own: TestServer;
    let database: TestDatabase;
    let apps: TestApp[];

    beforeAll(async () => {
      own = await serveMongo(command);
      database = await openDatabase(own.url);
      apps = await Promise.all([database.app(database.url), database.app(database.url)]);
    }, 90_000);
    afterAll(async () => {
      await database.dispose();
      await own.dispose();
    }, 60_000);

    test('has lost nothing that was acknowledged and doubled nothing that was sent again by people on two processes', async () => {
      const people = await Promise.all(
        Array.from({ length: 6 }, async (_, i) => {
          const app = apps[i % 2];
          if (app === undefined) throw new Error('no such program');
          const who = await visitor(app);
          return { who, socket: await who.chat() };
        }),
      );
      const [first] = people;
      if (first === undefined) throw new Error('nobody came');
      const room = await createRoom(first.who);
      const ended: string[] = [];
      const newest = new Map<ChatClient, number>();
      for (const { socket } of people) {
        await join(socket, room);
        socket.on('disconnect', (reason) => ended.push(reason));
        socket.on('chats', (chats) => newest.set(socket, chats.at(-1)?.seq ?? 0));
      }

      const talk = letTalk(
        people.map(({ socket }) => socket),
        room,
      );
      await talk.ackedMore(60);
      for (let times = 0; times < 2; times++) {
        await own.kill();
        await until(async () => (await request(apps[0]?.url ?? '').get('/healthz')).status === 503);
        await own.start();
        await talk.ackedMore(60);
      }
      const length = await expectEachOnce(first.who, room, await talk.end());
      // Everybody has stayed connected, so the newest chat must reach all of them, on both processes.
      await until(async () => people.every(({ socket }) => newest.get(socket) === length));
      expect(ended).toEqual([]);
    }, 120_000);
  });
}

interface Shape {
  collection: string;
  filter: Record<string, unknown>;
  sort: Record<string, unknown>;
}

/** The filters of a command, and the order in which it wants its results. */
function shapesOf({ commandName, command }: mongo.CommandStartedEvent): Shape[] {
  const collection = String(command[commandName]);
  const { filter = {}, query = {}, sort = {}, updates = [], deletes = [] } = command;
  if (commandName === 'find') return [{ collection, filter, sort }];
  if (commandName === 'findAndModify') return [{ collection, filter: query, sort }];
  return [...updates, ...deletes].map(({ q }: { q: Shape['filter'] }) => ({
    collection,
    filter: q,
    sort: {},
  }));
}

const INDEXES: Record<string, Record<string, unknown>[]> = Object.fromEntries(
  Object.entries({ rooms: roomSchema, chats: chatSchema, nodes: nodeSchema, sessions: undefined }).map(
    ([name, schema]) => [name, [{ _id: 1 }, ...(schema?.indexes().map(([key]) => key) ?? [])]],
  ),
);

/** Whether a declared index finds exactly the documents that the filter wants, in the order that is wanted. */
function isCovered({ collection, filter, sort }: Shape): boolean {
  // All nodes may be read without an index, because there are only as many as processes.
  if (collection === 'nodes' && Object.keys(filter).length === 0) return true;
  // A filter with `_id` finds one document, or as many as it names, by the index that every collection has.
  if ('_id' in filter && Object.keys(sort).length === 0) return true;
  const { $or: either, ...always } = filter;
  if (Array.isArray(either)) {
    return either.every((branch: object) =>
      isCovered({ collection, filter: { ...always, ...branch }, sort }),
    );
  }
  // Ignore the condition on `version`: it only leaves out rooms of the book's program, which are few.
  const keys = Object.keys(always).filter((key) => key !== 'version');
  const order = Object.keys(sort);
  return (INDEXES[collection] ?? []).some((index) => {
    const fields = Object.keys(index);
    const lead = fields.slice(0, keys.length);
    const isFound = keys.length > 0 && keys.every((key) => lead.includes(key));
    const rest = fields.slice(fields.findIndex((field) => order.includes(field)));
    return isFound && order.every((key, at) => rest[at] === key);
  });
}
