/** What concerns only the embedded store: its directory, its file, kill -9, and sessions. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Cookie } from 'express-session';
import { open } from 'lmdb';
import { openEmbedded } from '../../src/stores/embedded';
import type { Store } from '../../src/stores/store';
import { newId, next, roomWith, saying } from '../support/values';
import { moveClock } from '../support/wall';

let dir: string;
const databaseFile = () => path.join(dir, 'gifchat.mdb');

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-embedded-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the directory', () => {
  it('is made when it is missing', async () => {
    const store = await openEmbedded({ dir: path.join(dir, 'a', 'b') });
    expect(store.location).toContain(path.join(dir, 'a', 'b'));
    await store.close();
  });

  it.each([
    ['a short name', 'data'],
    ['a name too long for a socket', 'x'.repeat(120)],
  ])(
    'with %s can be used by one store at a time; a second one is refused, naming the process of the first',
    async (_what, name) => {
      const data = path.join(dir, name);
      const store = await openEmbedded({ dir: data });
      const refused = openEmbedded({ dir: path.join(data, '..', name) });
      await expect(refused).rejects.toThrow(`${data} is in use by process ${String(process.pid)}`);
      await store.close();
      const again = await openEmbedded({ dir: data });
      await again.close();
      expect((await readdir(data)).filter((file) => file.includes('sock'))).toEqual([]);
    },
  );

  it('is given to exactly one of several stores that are opened at the same time', async () => {
    const opened = await Promise.allSettled(Array.from({ length: 5 }, () => openEmbedded({ dir })));
    const stores = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(stores).toHaveLength(1);
    await stores[0]?.close();
  });

  it('is named in the error when it cannot be made', async () => {
    await writeFile(path.join(dir, 'file'), '');
    const under = path.join(dir, 'file', 'data');
    await expect(openEmbedded({ dir: under })).rejects.toThrow(
      `DATA_DIR: the program cannot write in ${under}`,
    );
  });
});

describe('the file', () => {
  async function keeps(work: (root: ReturnType<typeof open>) => Promise<unknown>): Promise<void> {
    const root = open(databaseFile(), { overlappingSync: false });
    await work(root);
    await root.close();
  }

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['of a newer format', () => keeps((root) => root.put('format', 2)), /format is 2, of a newer version/],
    [
      'of another program',
      () => keeps((root) => root.openDB('rooms', {}).put('a', 1)),
      /holds something else/,
    ],
    ['that is no database', () => writeFile(databaseFile(), 'x'.repeat(10_000)), /is no database/],
    ['of a few bytes', () => writeFile(databaseFile(), 'short'), /is no database/],
    ['that is a directory', () => mkdir(databaseFile()), /EISDIR/],
  ])('%s is refused with one line that names the directory', async (_what, make, reason) => {
    await make();
    const refused = openEmbedded({ dir });
    await expect(refused).rejects.toThrow(`the database in ${dir} cannot be opened`);
    await expect(refused).rejects.toThrow(reason);
    // After the refusal the directory can be used again.
    await rm(dir, { recursive: true });
    await (await openEmbedded({ dir })).close();
  });

  it('that was cut off is refused and does not bring the process down', async () => {
    await (await openEmbedded({ dir })).close();
    await truncate(databaseFile(), Math.floor((await stat(databaseFile())).size / 2));
    await expect(openEmbedded({ dir })).rejects.toThrow(
      `the database in ${dir} cannot be opened (its file is not whole)`,
    );
  });
});

describe('a store whose process is killed', () => {
  let child: ChildProcess;
  afterEach(() => child.kill('SIGKILL'));

  it('has lost nothing that was acknowledged, has no half-stored commit, and can be opened again', async () => {
    const store = await openEmbedded({ dir });
    const room = roomWith();
    await store.rooms.insert(room);
    await store.close();

    child = fork(path.join(__dirname, 'writing.child.ts'), [dir, room._id], {
      execArgv: ['-r', 'ts-node/register/transpile-only'],
    });
    let told = { version: 0, seq: 0 };
    await new Promise<void>((resolve, reject) => {
      child.on('exit', () => {
        reject(new Error('the writing process ended by itself'));
      });
      child.on('message', (stored: typeof told) => {
        told = stored;
        if (told.version > 40) resolve();
      });
    });
    await expect(openEmbedded({ dir })).rejects.toThrow(`${dir} is in use by process ${String(child.pid)}`);
    child.kill('SIGKILL');
    await once(child, 'close');

    const healed = await openEmbedded({ dir });
    const found = await healed.rooms.get(room._id);
    expect(found?.version).toBeGreaterThanOrEqual(told.version);
    expect(found?.seq).toBe(((found?.version ?? 0) - 1) * 3);
    const log = await healed.chats.page(room._id, { after: 0 }, 100_000);
    expect(log.map(({ seq }) => seq)).toEqual(
      Array.from({ length: found?.seq ?? 0 }, (_, index) => index + 1),
    );
    await healed.close();
  });
});

describe('closing', () => {
  it('waits for commits that are under way, and refuses later ones', async () => {
    const store = await openEmbedded({ dir });
    const room = roomWith();
    await store.rooms.insert(room);
    const { to, said } = saying(room, 2);
    const committed = store.rooms.commit(room, to, said);
    await store.close();
    expect(await committed).toBe(true);
    await expect(store.rooms.commit(to, next(to), [])).rejects.toThrow('is closed');
    const again = await openEmbedded({ dir });
    expect(await again.rooms.get(room._id)).toStrictEqual(to);
    await again.close();
  });
});

describe('sessions', () => {
  const cookieFor = (maxAge: number) => Object.assign(new Cookie(), { maxAge });
  const dataWith = (cookie: Cookie) => ({ cookie, userId: 'a', color: '#000000' });
  const set = (store: Store, sid: string, cookie: Cookie) =>
    new Promise((resolve) => {
      store.sessions.set(sid, dataWith(cookie), resolve);
    });
  const touch = (store: Store, sid: string, cookie: Cookie) =>
    new Promise<void>((resolve) => {
      store.sessions.touch?.(sid, dataWith(cookie), resolve);
    });
  const maxAgeOf = (store: Store, sid: string) =>
    new Promise((resolve) => {
      store.sessions.get(sid, (_error: unknown, session) => {
        resolve(session?.cookie.originalMaxAge);
      });
    });

  it('that have expired are removed at the next start', async () => {
    const store = await openEmbedded({ dir });
    await Promise.all(Array.from({ length: 50 }, () => set(store, newId(), cookieFor(-1))));
    await set(store, 'alive', cookieFor(60_000));
    await store.close();
    await (await openEmbedded({ dir })).close();

    const root = open(databaseFile(), { overlappingSync: false });
    expect([...root.openDB('sessions', {}).getKeys()]).toEqual(['alive']);
    expect(root.openDB('sessionExpiries', {}).getKeysCount()).toBe(1);
    await root.close();
  });

  it('that are used do not expire, even when the clock was moved back after they were stored', async () => {
    const store = await openEmbedded({ dir });
    const later = cookieFor(120_000);
    moveClock(86_400_000);
    await set(store, 'used', cookieFor(60_000));
    moveClock(-86_400_000);
    await touch(store, 'used', later);
    expect(await maxAgeOf(store, 'used')).toBe(later.originalMaxAge);
    await store.close();
  });

  it('that are used do not expire, and are written at most once an hour for that', async () => {
    let store = await openEmbedded({ dir });
    const [first, later] = [cookieFor(60_000), cookieFor(120_000)];
    await set(store, 'used', first);
    await touch(store, 'used', later);
    expect(await maxAgeOf(store, 'used')).toBe(first.originalMaxAge);
    await store.close();

    const root = open(databaseFile(), { overlappingSync: false });
    const kept = root.openDB<{ touchedAt: number }, string>('sessions', {});
    const used = kept.get('used');
    if (used === undefined) throw new Error('it was not kept');
    await kept.put('used', { ...used, touchedAt: used.touchedAt - 3_600_000 });
    await root.close();

    store = await openEmbedded({ dir });
    await touch(store, 'used', later);
    expect(await maxAgeOf(store, 'used')).toBe(later.originalMaxAge);
    await store.close();
  });
});
