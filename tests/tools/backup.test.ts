/** Backups of the embedded store and its GIFs into one file, and restores from it. */
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { openSites, type Site, type Sites } from './commands';
import { ask, createRoom, join, person, type Person } from '../support/app';
import { gif } from '../support/gif';
import { gifOf, next, roomWith } from '../support/values';
import { openEmbedded } from '../../src/stores/embedded';
import { backup } from '../../src/tools/backup';
import { restore } from '../../src/tools/restore';

let sites: Sites;
let site: Site;
let other: Site;
beforeAll(async () => {
  sites = await openSites();
}, 60_000);
afterAll(() => sites.dispose());
beforeEach(async () => {
  [site, other] = await Promise.all([sites.make(), sites.make()]);
});

const picture = gif({ width: 7, height: 5 });
const send = (who: Person, room: string) =>
  who.http.post(`/room/${room}/gif`).attach('gif', picture, 'a.gif').expect(200);
const say = (who: Person, room: string, chat: string) =>
  who.http.post(`/room/${room}/chat`).send({ chat }).expect(200);
/** The whole log of the room. */
async function logOf(who: Person, room: string): Promise<{ seq: number; chat?: string; gif?: string }[]> {
  const log = [];
  for (let more = true; more;) {
    const { body } = await who.http
      .get(`/room/${room}/chats?after=${String(log.length)}&limit=100`)
      .expect(200);
    const page = body as { chats: { seq: number; chat?: string; gif?: string }[]; more: boolean };
    log.push(...page.chats);
    more = page.more;
  }
  return log;
}

/** Makes the files of a stopped server, with a room that has one GIF and one that has none. @returns the GIF's path. */
async function fill({ dataDir, uploadsDir }: Site): Promise<string> {
  const store = await openEmbedded({ dir: dataDir });
  const [room, silent] = [roomWith(), roomWith()];
  const sent = gifOf(room, 1, { gif: `${room._id}/${randomBytes(16).toString('hex')}.gif` });
  await store.rooms.insert(silent);
  await store.rooms.insert(room);
  await store.rooms.commit(room, next(room, { seq: 1 }), [sent]);
  await store.close();
  for (const { _id } of [room, silent]) await mkdir(path.join(uploadsDir, _id), { recursive: true });
  const file = path.join(uploadsDir, sent.gif);
  await writeFile(file, picture);
  return file;
}

describe('a backup', () => {
  it('of a server that is being written to is restored completely, with its GIFs and its people', async () => {
    const server = await site.serve();
    const owner = await person(server);
    const [secret, silent] = [await createRoom(owner, { password: '비밀' }), await createRoom(owner)];
    await say(owner, secret, '앞');
    await send(owner, secret);
    await say(owner, silent, 'x');

    const socket = await owner.chat();
    await join(socket, silent);
    const writing = { isOn: true, stored: 0 };
    const written = (async () => {
      while (writing.isOn) {
        const answer = await ask<{ seq: number }>(socket, 'chat', { room: silent, chat: 'x' });
        if (answer.ok) writing.stored = answer.seq;
      }
    })();
    const before = (await logOf(owner, silent)).length;
    const ran = await site.run('backup', site.file('kept.tar'));
    writing.isOn = false;
    await written;
    owner.gone();
    await server.stop();
    expect(ran).toMatchObject({ code: 0, error: '' });
    expect(ran.out).toMatch(/kept\.tar holds 2 rooms, \d+ chats, 1 GIFs, 1 sessions\n$/);
    expect((await stat(site.file('kept.tar'))).mode & 0o777).toBe(0o600);
    expect(await readdir(site.folder)).not.toContain('kept.tar.partial');

    const put = await other.run('restore', site.file('kept.tar'));
    expect(put).toMatchObject({ code: 0, error: '' });
    const again = await other.serve();
    const same = await person(again, owner.cookie);
    const log = await logOf(same, secret);
    expect(log.map(({ chat }) => chat)).toContain('앞');
    const sent = log.find((chat) => chat.gif !== undefined)?.gif ?? '';
    const answer = await same.http.get(`/gif/${sent}`).expect(200);
    expect(Buffer.compare(answer.body as Buffer, picture)).toBe(0);
    const chats = await logOf(same, silent);
    expect(chats.map(({ seq }) => seq)).toEqual(chats.map((_, index) => index + 1));
    expect(chats.length).toBeGreaterThanOrEqual(before);
    expect(chats.length).toBeLessThanOrEqual(writing.stored);
    // A room that had no GIF must take one, too.
    await send(same, silent);
    const stranger = await person(again);
    await stranger.http.get(`/room/${secret}/chats`).set('accept', 'application/json').expect(403);
    await again.stop();
  });

  it('contains the secret that signs cookies if it is in the data directory', async () => {
    await fill(site);
    await writeFile(path.join(site.dataDir, 'cookie-secret'), 'nobody knows this');
    await backup(site.file('kept.tar'), site);
    await restore(site.file('kept.tar'), other);
    expect(await readFile(path.join(other.dataDir, 'cookie-secret'), 'utf8')).toBe('nobody knows this');
  });

  it('says so if a GIF is missing, and contains everything else', async () => {
    await rm(await fill(site));
    expect(await backup(site.file('kept.tar'), site)).toMatch(
      /2 rooms, 1 chats, 0 GIFs.*\n1 GIFs are missing/,
    );
    await restore(site.file('kept.tar'), other);
    expect(await readdir(other.uploadsDir)).toHaveLength(2);
  });

  it('never overwrites a file', async () => {
    await fill(site);
    await writeFile(site.file('kept.tar'), 'mine');
    const ran = await site.run('backup', site.file('kept.tar'));
    expect(ran).toEqual({ code: 1, out: '', error: `${site.file('kept.tar')} exists already\n` });
    expect(await readFile(site.file('kept.tar'), 'utf8')).toBe('mine');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['there is no database', async () => undefined, 'there is no database in'],
    [
      'the database is damaged',
      () => writeFile(path.join(site.dataDir, 'gifchat.mdb'), 'x'.repeat(9_000)),
      'is no database',
    ],
  ])('fails with one line when %s, and leaves no file', async (_what, prepare, reason) => {
    await mkdir(site.dataDir);
    await prepare();
    const { code, out, error } = await site.run('backup', site.file('kept.tar'));
    expect({ code, out, lines: error.split('\n').length }).toEqual({ code: 1, out: '', lines: 2 });
    expect(error).toContain(reason);
    expect((await readdir(site.folder)).filter((name) => name.startsWith('kept'))).toEqual([]);
  });

  it('fails when its folder is missing', async () => {
    await fill(site);
    await expect(backup(site.file('none/kept.tar'), site)).rejects.toThrow('ENOENT');
    expect(await readdir(site.folder)).toHaveLength(2);
  });

  it('is refused when the rooms are in MongoDB, and so is a restore', async () => {
    const places = { ...site, mongoUrl: 'mongodb://localhost' };
    await expect(backup(site.file('kept.tar'), places)).rejects.toThrow('mongodump');
    await expect(restore(site.file('kept.tar'), places)).rejects.toThrow('MONGO_URL is set');
  });

  it('is explained by --help, and a restore by a wrong use', async () => {
    expect(await site.run('backup', '--help')).toMatchObject({
      code: 0,
      error: '',
      out: expect.stringContaining('Usage: npm run db:backup'),
    });
    expect(await site.run('restore')).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining('Usage: npm run db:restore'),
    });
  });
});

describe('a restore', () => {
  it('is refused while a server runs, naming its process, and into a directory that is not empty', async () => {
    await fill(site);
    await backup(site.file('kept.tar'), site);
    const server = await site.serve();
    const running = await site.run('restore', site.file('kept.tar'));
    expect(running).toMatchObject({
      code: 1,
      error: expect.stringContaining(`in use by process ${String(process.pid)}`),
    });
    await server.stop();
    const full = await site.run('restore', site.file('kept.tar'));
    expect(full).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining(`${site.dataDir} is not empty`),
    });
    expect(full.error.split('\n')).toHaveLength(2);
  });

  it('that was broken off can be repeated', async () => {
    const sent = await fill(site);
    await backup(site.file('kept.tar'), site);
    await mkdir(other.dataDir);
    await writeFile(path.join(other.dataDir, 'gifchat.mdb.restoring'), 'half');
    const half = path.join(other.uploadsDir, path.relative(site.uploadsDir, sent));
    await mkdir(path.dirname(half), { recursive: true });
    await writeFile(half, picture.subarray(0, 9));
    await restore(site.file('kept.tar'), other);
    expect(await readFile(half)).toEqual(picture);
    expect((await readdir(other.dataDir)).sort()).toEqual(['gifchat.mdb']);
    await (await openEmbedded({ dir: other.dataDir })).close();
  });

  describe('of a damaged file', () => {
    let kept: Buffer;
    beforeEach(async () => {
      await fill(site);
      await backup(site.file('kept.tar'), site);
      kept = await readFile(site.file('kept.tar'));
    });

    it.each<[string, () => Buffer, RegExp]>([
      ['cut off in the database', () => kept.subarray(0, 20_000), /damaged/],
      ['cut off before its checksum', () => kept.subarray(0, kept.indexOf('SHA256')), /not whole/],
      ['with one other byte in the database', () => altered(kept.indexOf('openRooms')), /damaged/],
      ['with one other byte in a GIF', () => altered(kept.indexOf('NETSCAPE2.0')), /damaged/],
      ['with one other byte in a name', () => altered(kept.indexOf('uploads/') + 10), /damaged/],
      ['of nothing', () => Buffer.alloc(0), /no backup/],
      ['that is a text', () => Buffer.from('hello '.repeat(1_000)), /no backup/],
    ])('%s fails with one line and changes nothing', async (_what, damage, reason) => {
      await writeFile(site.file('damaged.tar'), damage());
      const refused = restore(site.file('damaged.tar'), other);
      await expect(refused).rejects.toThrow(`${site.file('damaged.tar')} cannot be restored (`);
      await expect(refused).rejects.toThrow(reason);
      expect(await readdir(other.folder)).toEqual([]);
    });

    function altered(at: number): Buffer {
      expect(at).toBeGreaterThan(0);
      const copy = Buffer.from(kept);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      return copy;
    }
  });

  it.each<[string, [name: string, content: string][], RegExp]>([
    ['another tar', [['readme.txt', 'hello']], /no backup/],
    ['one of a newer version', [['gif-chat-backup.json', '{"layout":2,"database":1}']], /newer version/],
    ['one with a newer database', [['gif-chat-backup.json', '{"layout":1,"database":9}']], /newer version/],
    [
      'one that would write elsewhere',
      [
        ['gif-chat-backup.json', '{"layout":1,"database":1}'],
        ['uploads/../../x', 'x'],
      ],
      /no backup/,
    ],
    ['one without a database', [['gif-chat-backup.json', '{"layout":1,"database":1}']], /no backup/],
  ])('of %s changes nothing', async (_what, entries, reason) => {
    const archive = pack();
    const digest = createHash('sha256');
    for (const [name, content] of entries) {
      archive.entry({ name }, content);
      digest.update(`${name}\n${String(content.length)}\n${content}`);
    }
    archive.entry({ name: 'SHA256' }, digest.digest('hex'));
    archive.finalize();
    await pipeline(archive, createWriteStream(site.file('other.tar')));
    await expect(restore(site.file('other.tar'), other)).rejects.toThrow(reason);
    expect(existsSync(other.dataDir)).toBe(false);
    expect(existsSync(other.file('x'))).toBe(false);
  });

  it('of a missing file fails with one line', async () => {
    // People give a path from their own working directory.
    const ran = await other.run('restore', 'none.tar');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.error).toContain(`${other.file('none.tar')} cannot be restored (ENOENT`);
    expect(ran.error.split('\n')).toHaveLength(2);
  });
});
