/** The data of earlier versions is opened, restored and moved, and people find all of it there. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import mongoose, { type Connection } from 'mongoose';
import { ask, insist, join, person, until, type ChatClient, type Person } from './support/app';
import {
  earlierVersions,
  FILES,
  FIXTURES,
  load,
  logOf,
  seenIn,
  unpack,
  type Kind,
  type Name,
  type Seen,
} from './support/earlier';
import { gif } from './support/gif';
import { databaseOf } from './support/store';
import { openSites, type Site, type Sites } from './tools/commands';
import type { Stored } from '../src/services/chats';
import type { Joined } from '../src/types/events';

const server = process.env['MONGO_URL'];
/** In ms: no empty room closes while a test looks, however slow the machine is. */
const A_DAY = 24 * 3_600_000;

interface Target {
  url: string;
  connection: Connection;
}

interface Way {
  what: string;
  kind: Kind;
  bring: (version: string, site: Site) => Promise<void>;
}

interface MongoWay extends Omit<Way, 'bring'> {
  bring: (version: string, site: Site, target: Target) => Promise<void>;
}

const ways: Way[] = [
  {
    what: 'its folders',
    kind: 'embedded',
    bring: (version, site) => unpack(version, 'embedded', site.folder),
  },
  {
    what: 'its backup, restored',
    kind: 'embedded',
    async bring(version, site) {
      const ran = await site.run('restore', path.join(FIXTURES, version, 'embedded', FILES.backup));
      expect(ran).toMatchObject({ code: 0, error: '' });
    },
  },
];

const mongoWays: MongoWay[] = [
  {
    what: 'its folders, moved to MongoDB',
    kind: 'embedded',
    async bring(version, site, { url }) {
      await unpack(version, 'embedded', site.folder);
      expect(await site.run('move', url)).toMatchObject({ code: 0 });
    },
  },
  {
    what: 'its MongoDB',
    kind: 'mongodb',
    async bring(version, site, { connection }) {
      await unpack(version, 'mongodb', site.folder);
      await load(version, connection);
    },
  },
];

let sites: Sites;
beforeAll(async () => {
  sites = await openSites();
}, 60_000);
afterAll(() => sites.dispose());

const versions = earlierVersions();

describe.each(versions.flatMap((version) => ways.map((way) => ({ version, ...way }))))(
  'what $version left: $what',
  ({ version, kind, bring }) => {
    isAllThere(version, kind, async (site) => {
      await bring(version, site);
      return {};
    });
  },
);

if (server) {
  describe.each(versions.flatMap((version) => mongoWays.map((way) => ({ version, ...way }))))(
    'what $version left: $what',
    ({ version, kind, bring }) => {
      let connection: Connection;
      isAllThere(version, kind, async (site) => {
        const url = databaseOf(server);
        connection = await mongoose.createConnection(url).asPromise();
        await bring(version, site, { url, connection });
        return { mongoUrl: url };
      });
      afterAll(async () => {
        await connection.dropDatabase();
        await connection.close();
      });
    },
  );
}

/** @param bring puts the data of an earlier version where the program finds it, and returns its settings. */
function isAllThere(
  version: string,
  kind: Kind,
  bring: (site: Site) => Promise<{ mongoUrl?: string }>,
): void {
  let site: Site;
  let seen: Seen;
  let app: Awaited<ReturnType<Site['serve']>>;
  let people: Record<Name, Person>;
  let stranger: Person;
  let socket: ChatClient;
  let joined: Joined;

  beforeAll(async () => {
    site = await sites.make();
    await mkdir(site.file('original'));
    await unpack(version, kind, site.file('original'));
    seen = await seenIn(version, kind);
    const place = await bring(site);
    const { cookieSecret } = seen;
    app = await site.serve({ cookieSecret, emptyRoomGrace: A_DAY, ...place });
    const comeBack = (name: Name) => person(app, seen.people[name].cookie);
    people = {
      mina: await comeBack('mina'),
      jun: await comeBack('jun'),
      sol: await comeBack('sol'),
      ari: await comeBack('ari'),
    };
    stranger = await person(app);
    socket = await people.mina.chat();
    joined = await join(socket, seen.rooms.open._id, seen.rooms.open.log.length);
  }, 60_000);
  afterAll(() => app.stop());

  const fileOf = (sent: string) => path.join(site.uploadsDir, sent);

  it('lists the rooms that are open, newest first, with their titles', async () => {
    const { text } = await stranger.http.get('/').expect(200);
    const { open, secret, ephemeral, empty } = seen.rooms;
    const rows = [...text.matchAll(/data-id="([0-9a-f]{24})" data-password="(\w+)"/g)];
    expect(rows.map(([, id, isSecret]) => [id, isSecret])).toEqual([
      [empty._id, 'false'],
      [ephemeral._id, 'false'],
      [secret._id, 'true'],
      [open._id, 'false'],
    ]);
    for (const { title } of [open, secret, ephemeral, empty]) expect(text).toContain(title);
  });

  it.each(['open', 'secret', 'ephemeral', 'empty'] as const)(
    'reads the log of the room back: %s',
    async (which) => {
      const { _id, log } = seen.rooms[which];
      const now = await logOf(people.mina, _id);
      // People whose connection ended with the old server may have gone since.
      expect(now.slice(0, log.length)).toEqual(log);
    },
  );

  it('shows on the page what was said and what happened to whom', async () => {
    const { _id, log } = seen.rooms.secret;
    const { text } = await people.mina.http.get(`/room/${_id}`).expect(200);
    const words = text.replace(/<[^>]*>/g, '');
    for (const { chat } of log) if (chat !== undefined) expect(words).toContain(chat);
    for (const { gif: sent } of log) if (sent !== undefined) expect(text).toContain(`src="/gif/${sent}"`);
  });

  it('knows people by their cookies of that time, and the owner of the room', async () => {
    expect(joined.me.id).toBe(seen.people.mina.id);
    const { people: inside = [] } = joined;
    expect(inside).toContainEqual({ ...joined.me, owner: true });
    const ids = inside.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([seen.people.jun.id, seen.people.ari.id]));
  });

  it('opens a secret room by its password, and without it to a person who gave it at that time', async () => {
    const { _id, password, log } = seen.rooms.secret;
    const enter = (who: Person, given: string) =>
      who.http.post(`/room/${_id}/enter`).send({ password: given });
    await stranger.http.get(`/room/${_id}`).expect(401);
    await enter(stranger, `${password}!`).expect(401);
    await stranger.http.get(`/room/${_id}/chats`).expect(403);
    await enter(stranger, password).expect(303);
    for (const who of [stranger, people.jun])
      expect((await logOf(who, _id)).slice(0, log.length)).toEqual(log);
  });

  it('keeps out a person who was kicked, even with the right password', async () => {
    const { _id, password } = seen.rooms.secret;
    const answer = await people.sol.http.post(`/room/${_id}/enter`).send({ password }).expect(403);
    expect(answer.body).toMatchObject({ error: { code: 'BARRED' } });
    await people.sol.http.get(`/room/${seen.rooms.open._id}/chats`).expect(403);
  });

  it('serves the GIFs, and those of a secret room to nobody else', async () => {
    const sent = Object.values(seen.rooms).flatMap(({ log }) => log.flatMap((chat) => chat.gif ?? []));
    expect(sent).toHaveLength(3);
    for (const one of sent) {
      const { body } = await people.mina.http.get(`/gif/${one}`).expect(200);
      const original = await readFile(path.join(site.file('original'), 'uploads', one));
      expect(original.equals(body as Buffer)).toBe(true);
    }
    const ofSecret = sent.filter((one) => one.startsWith(seen.rooms.secret._id));
    for (const one of ofSecret) await (await person(app)).http.get(`/gif/${one}`).expect(403);
  });

  it('goes on where the logs ended, and stores nothing twice that is sent again', async () => {
    const { _id, log } = seen.rooms.open;
    const { seq } = await insist(socket, _id, '그 뒤');
    expect(seq).toBeGreaterThan(log.length);
    const { chat: said, nonce } = seen.sent;
    const again = await ask<Stored>(socket, 'chat', { room: _id, chat: said, nonce });
    expect(again).toMatchObject({ ok: true, seq: seen.sent.seq });
    await people.mina.http.post(`/room/${_id}/gif`).attach('gif', gif(), 'a.gif').expect(200);
    const now = await logOf(people.mina, _id);
    expect(now.map((chat) => chat.seq)).toEqual(now.map((_, index) => index + 1));
    expect(now.find((chat) => chat.seq === seq)).toMatchObject({ kind: 'chat', chat: '그 뒤' });
    expect(now.filter(({ chat }) => chat === said)).toHaveLength(1);
  });

  it('goes on in a room that stores nothing, and in one that was empty', async () => {
    const { ephemeral, empty } = seen.rooms;
    const again = await people.mina.chat();
    // Such a room belongs to the process that has its sockets: the old one, until its places are freed.
    await until(async () => (await ask(again, 'join', { room: ephemeral._id, after: 0 })).ok);
    expect(await join(again, ephemeral._id)).toMatchObject({ ephemeral: true, missed: [] });
    expect((await insist(again, ephemeral._id, '또')).seq).toBeGreaterThan(seen.ephemeralSeq);
    const ari = await people.ari.chat();
    expect((await join(ari, empty._id)).people).toMatchObject([{ id: seen.people.ari.id, owner: true }]);
    await people.ari.http.post(`/room/${empty._id}/gif`).attach('gif', gif(), 'a.gif').expect(200);
    await people.ari.http.delete(`/room/${empty._id}`).expect(200);
    await until(async () => !existsSync(fileOf(empty._id)));
  });

  it('clears a room that was closed and not cleared', async () => {
    await stranger.http.get(`/room/${seen.closed._id}/chats`).expect(404);
    expect(existsSync(path.join(site.file('original'), 'uploads', seen.closed.gif))).toBe(true);
    await until(async () => !existsSync(fileOf(seen.closed._id)));
  });
}
