/** What the embedded store still has after a kill of its process, a full or read-only disk, or damage of its file. */
import { execFile, fork, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { open } from 'lmdb';
import request from 'supertest';
import type { Told } from './storm.child';
import { openEmbedded } from '../../src/stores/embedded';
import type { Chat, Room } from '../../src/types/room';
import { until } from '../support/app';
import { compile, type Compiled } from '../support/compiled';
import { gif } from '../support/gif';
import { outputOf } from '../support/output';
import { gifOf, personWith, roomWith, saying } from '../support/values';

let compiled: Compiled;
let dir: string;
let children: ChildProcess[];

beforeAll(async () => {
  compiled = await compile('tests/stores/storm.child.ts', 'tests/support/gif.ts', 'tests/support/values.ts');
}, 60_000);
afterAll(() => compiled.dispose());
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-durability-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(dir, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The number of the user `nobody` on Linux. */
const NOBODY = 65_534;
const dataDir = () => path.join(dir, 'data');
const databaseFile = () => path.join(dataDir(), 'gifchat.mdb');

describe('killed at any moment', () => {
  /** Few rounds keep a run on your own machine short; CI tries more moments. */
  const ROUNDS = process.env['CI'] === 'true' ? 50 : 10;

  it(`still has all that it acknowledged, and no half-written change, after ${String(ROUNDS)} kills`, async () => {
    const told: Told[] = [];
    const closed = new Set<string>();
    let next = storm();
    // By chance, all of the first rounds may end before a room is closed.
    for (let round = 0; round < ROUNDS || closed.size === 0; round++) {
      const child = next;
      next = storm();
      told.push(...(await killedAfter(randomInt(1, 100), child)));
      await expectWhole(told, closed);
    }
    expect(told.filter(({ what }) => what === 'said').length).toBeGreaterThan(ROUNDS);
  }, 300_000);

  /** Starts a process that does nothing yet: it begins its work at the first message. */
  function storm(): ChildProcess {
    const child = fork(compiled.pathOf('tests/stores/storm.child.ts'), [dir]);
    children.push(child);
    return child;
  }

  /** Lets the process work and kills it after so many answers. @returns the answers that its people got. */
  async function killedAfter(answers: number, child: ChildProcess): Promise<Told[]> {
    const told: Told[] = [];
    child.on('message', (one: Told) => {
      told.push(one);
      if (told.length > answers) child.kill('SIGKILL');
    });
    child.send('go');
    await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    expect(child.signalCode).toBe('SIGKILL');
    return told;
  }

  /** @param closed collects the rooms that are found closed, because their records are deleted later. */
  async function expectWhole(told: Told[], closed: Set<string>): Promise<void> {
    const store = await openEmbedded({ dir: dataDir() });
    await store.close();
    const { rooms, chats, nonces, gifs, openRooms, due } = await tablesOf(databaseFile());

    // Every index entry has its record, and every record has its index entries.
    const open = rooms.filter(({ closedAt }) => closedAt === null);
    expect(openRooms).toEqual(open.map(({ _id }) => _id));
    const dueRooms = rooms.flatMap(({ _id, dueAt }) => (dueAt === null ? [] : [[dueAt, _id]]));
    expect(sorted(due)).toEqual(sorted(dueRooms));
    expect(sorted(nonces)).toEqual(
      sorted(chats.map(({ room, userId, nonce, seq }) => [room, userId, nonce, seq])),
    );
    const pictures = chats.flatMap((chat) => (chat.kind === 'gif' ? [[chat.room, chat.gif, chat.seq]] : []));
    expect(sorted(gifs)).toEqual(sorted(pictures));

    // The log of each open room has no gaps, and shows the same people as the room's record.
    const logs = new Map(open.map(({ _id }) => [_id, chats.filter(({ room }) => room === _id)]));
    for (const room of open) {
      const log = logs.get(room._id) ?? [];
      expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: room.seq }, (_, index) => index + 1));
      expect(room.people.filter(({ entered }) => entered).map(({ id }) => id)).toEqual(inAfter(log));
    }

    // Everything that was acknowledged is there, unless its room was closed since.
    for (const { _id, closedAt } of rooms) if (closedAt !== null) closed.add(_id);
    const lost = told.filter((one) => one.what !== 'started' && !isKept(one, logs.get(one.room), closed));
    expect(lost).toEqual([]);
  }
  /** Whether what was acknowledged is stored. @param log is undefined when the room is not open. */
  function isKept(
    one: Exclude<Told, { what: 'started' }>,
    log: Chat[] | undefined,
    closed: Set<string>,
  ): boolean {
    if (log === undefined) return closed.has(one.room);
    switch (one.what) {
      case 'created':
        return true;
      case 'closed':
        return false;
      case 'entered':
        return log.some(({ kind, userId }) => kind === 'join' && userId === one.who);
      case 'left':
        return log.some(({ kind, userId }) => kind === 'exit' && userId === one.who);
      case 'said': {
        const chat = log[one.seq - 1];
        return chat?._id === one._id && chat.userId === one.who && chat.nonce === one.nonce;
      }
    }
  }

  /** The people who are in the room according to its log. */
  function inAfter(log: Chat[]): string[] {
    const people = new Set<string>();
    for (const { kind, userId } of log) {
      if (kind === 'join') people.add(userId);
      if (kind === 'exit' || kind === 'kick') people.delete(userId);
    }
    return [...people];
  }
});

/** The contents of a database, each table in the order of its keys. */
async function tablesOf(file: string) {
  const root = open(file, { readOnly: true });
  const rowsOf = (name: string) => [...root.openDB<number, string[]>(name, {}).getRange()];
  const tables = {
    rooms: [...root.openDB<Room, string>('rooms', { useVersions: true }).getRange()].map(
      ({ value }) => value,
    ),
    chats: [...root.openDB<Chat, string[]>('chats', {}).getRange()].map(({ value }) => value),
    nonces: rowsOf('nonces').map(({ key, value }) => [...key, value]),
    gifs: rowsOf('gifs').map(({ key, value }) => [...key, value]),
    openRooms: rowsOf('openRooms').map(({ key }) => key),
    due: rowsOf('due').map(({ key }) => key),
  };
  await root.close();
  return tables;
}

function sorted(rows: unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

interface Program {
  child: ChildProcess;
  url: string;
  output: () => string;
}

/** Starts the whole server, with `nobody` as a user who, unlike root, must obey the permissions of folders. */
async function serve(as?: 'nobody'): Promise<Program> {
  const isNobody = as === 'nobody' && process.getuid?.() === 0;
  if (isNobody) await chown(dir, NOBODY, NOBODY);
  const child = spawn(process.execPath, [compiled.pathOf('src/server.ts')], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      COOKIE_SECRET: 'a secret for the tests',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir(),
      UPLOADS_DIR: path.join(dir, 'uploads'),
      RATE_LIMITS: 'off',
    },
    ...(isNobody && { uid: NOBODY, gid: NOBODY }),
  });
  children.push(child);
  const { text, listening } = outputOf(child);
  const url = await Promise.race([listening, once(child, 'close').then(() => '')]);
  return { child, url, output: text };
}

/** A person who has created a room. */
async function owner(url: string) {
  const http = request.agent(url);
  const made = await http.post('/room').send({ title: '방', max: 10 }).expect(302);
  return { http, room: String(made.headers['location']) };
}

/** The whole log, oldest first. */
async function logOf(http: ReturnType<typeof request.agent>, room: string): Promise<Chat[]> {
  const log: Chat[] = [];
  for (let more = true; more;) {
    const page = await http.get(`${room}/chats?after=${String(log.length)}&limit=100`).expect(200);
    log.push(...page.body.chats);
    more = page.body.more;
  }
  return log;
}

/** Only Linux has `prlimit` and these permissions. */
function onLinux(name: string, tests: () => void): void {
  if (process.platform === 'linux') describe(name, tests);
}

/** Limits the size of every file that the process writes, in bytes. To the process this looks like a full disk. */
async function limit(child: ChildProcess, bytes: number | 'unlimited'): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', String(child.pid), `--fsize=${String(bytes)}:unlimited`]);
}

onLinux('a full disk', () => {
  it('refuses chats with 503, loses and doubles nothing, and takes chats again when there is space', async () => {
    const { child, url, output } = await serve();
    const { http, room } = await owner(url);
    await limit(child, (await stat(databaseFile())).size + 500_000);

    const said: { nonce: string; status: number }[] = [];
    const text = '가'.repeat(2_000);
    while (!said.some(({ status }) => status === 503)) {
      const nonces = Array.from({ length: 20 }, (_, index) => `${String(said.length)} ${String(index)}`);
      const answers = await Promise.all(
        nonces.map((nonce) =>
          http
            .post(`${room}/chat`)
            .send({ chat: text, nonce })
            .then(({ status }) => ({ nonce, status })),
        ),
      );
      said.push(...answers);
    }
    expect(new Set(said.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const stored = await logOf(http, room);
    const acked = said.filter(({ status }) => status === 200).map(({ nonce }) => nonce);
    expect(stored.map(({ nonce }) => nonce)).toEqual(expect.arrayContaining(acked));

    await limit(child, 'unlimited');
    for (const { nonce } of said) await http.post(`${room}/chat`).send({ chat: text, nonce }).expect(200);
    const log = await logOf(http, room);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(sorted(log.slice(1).map(({ nonce }) => nonce))).toEqual(sorted(said.map(({ nonce }) => nonce)));
    await http.post(`${room}/gif`).attach('gif', gif(), 'a.gif').expect(200);
    expect(child.exitCode).toBeNull();
    expect(output()).not.toMatch(/unhandled/i);
  }, 120_000);

  it('leaves no part of GIFs that do not fit, and takes GIFs again when there is space', async () => {
    const { child, url } = await serve();
    const { http, room } = await owner(url);
    const uploads = path.join(dir, 'uploads');
    const filesIn = async () =>
      (await readdir(uploads, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const send = (frames: number) => http.post(`${room}/gif`).attach('gif', gif({ frames }), 'a.gif');
    await limit(child, 0);
    for (const frames of [1, 2, 500]) await send(frames).expect(503);
    expect(await filesIn()).toEqual([]);
    await limit(child, 'unlimited');
    await send(500).expect(200);
    expect(await filesIn()).toHaveLength(1);
  });
});

/** What the program says of its health by now. */
async function health(url: string): Promise<number> {
  return (await request(url).get('/healthz')).status;
}

onLinux('the health', () => {
  it('is 503 while nothing can be written to the disk', async () => {
    const { child, url, output } = await serve();
    expect(await health(url)).toBe(200);
    await limit(child, 1_000);
    await until(async () => (await health(url)) === 503);
    await limit(child, 'unlimited');
    await until(async () => (await health(url)) === 200);
    expect(output().match(/the program (cannot serve|can serve again)/g)).toHaveLength(2);
  }, 60_000);

  it.each(['data', 'uploads', 'uploads/.incoming'])(
    'is 503 while %s is read-only',
    async (name) => {
      const { url } = await serve('nobody');
      expect(await health(url)).toBe(200);
      await chmod(path.join(dir, name), 0o500);
      await until(async () => (await health(url)) === 503);
      await chmod(path.join(dir, name), 0o700);
      await until(async () => (await health(url)) === 200);
    },
    60_000,
  );
});

onLinux('a directory that cannot be written', () => {
  it.each([
    ['of the data', dataDir, /DATA_DIR: the program cannot write in/],
    ['of the pictures', () => path.join(dir, 'uploads'), /UPLOADS_DIR: the program cannot write in/],
  ])('%s stops the start, with one line that says why', async (_what, folder, line) => {
    await mkdir(dir, { recursive: true });
    await chmodAs(folder(), 0o500);
    const { child, output } = await serve('nobody');
    expect(child.exitCode).toBe(1);
    expect(output()).toMatch(line);
    expect(output()).toMatch(/EACCES|permission/i);
    expect(output()).not.toMatch(/^\s+at /m);
  });

  it('of the pictures makes the server refuse GIFs with 503 until it can be written again', async () => {
    const { url } = await serve('nobody');
    const { http, room } = await owner(url);
    const uploads = path.join(dir, 'uploads');
    const folders = [
      uploads,
      path.join(uploads, '.incoming'),
      path.join(dir, room.replace('/room', 'uploads')),
    ];
    for (const folder of folders) {
      await chmod(folder, 0o500);
      await http
        .post(`${room}/gif`)
        .attach('gif', gif(), 'a.gif')
        .expect(folder === uploads ? 200 : 503);
      await http
        .post('/room')
        .send({ title: '방', max: 10 })
        .expect(folder === uploads ? 503 : 302);
      await chmod(folder, 0o700);
    }
    await http.post(`${room}/gif`).attach('gif', gif(), 'a.gif').expect(200);
    await http.post(`${room}/chat`).send({ chat: '말' }).expect(200);
  });
});

/** Makes the folder with these permissions, owned by the user as whom the server runs. */
async function chmodAs(folder: string, mode: number): Promise<void> {
  await mkdir(folder);
  await chmod(folder, mode);
  if (process.getuid?.() === 0) await chown(folder, NOBODY, NOBODY);
}

describe('a file', () => {
  let good: Buffer;
  let kept: string[];
  const pageSize = 4_096;

  beforeEach(async () => {
    const store = await openEmbedded({ dir: dataDir() });
    for (let index = 0; index < 20; index++) {
      const people = Array.from({ length: 40 }, (_, number) => personWith({ id: String(number) }));
      const room = roomWith({ people, dueAt: index });
      await store.rooms.insert(room);
      const { to, said } = saying(room, 30);
      await store.rooms.commit(room, to, [...said.slice(0, -1), gifOf(room, 30)]);
    }
    await store.close();
    good = await readFile(databaseFile());
    kept = sorted(Object.entries(await tablesOf(databaseFile())));
  });

  const damages: [string, (page: Buffer) => void][] = [
    ['nonsense', (page) => garble(page, page.length)],
    ['zeros', (page) => page.fill(0)],
    [
      'another page',
      (page) => good.copy(page, 0, (page.byteOffset - good.byteOffset + 3 * pageSize) % good.length),
    ],
    ['a header with a few wrong bytes', (page) => garble(page.subarray(0, 180), 8)],
    ['a further flag', (page) => (page[18] = (page[18] ?? 0) | 0x20)],
    ['one entry twice instead of two', (page) => page.copyWithin(26, 24, 26)],
  ];
  function garble(bytes: Buffer, times: number): void {
    for (let n = 0; n < times; n++) bytes[randomInt(bytes.length)] = randomInt(256);
  }

  it.each(damages)(
    'with %s in the place of any page is refused, or nothing is missing because the page was unused',
    async (_what, damage) => {
      let refused = 0;
      for (let at = 0; at < good.length; at += pageSize) {
        const bytes = Buffer.from(good);
        damage(bytes.subarray(at, at + pageSize));
        refused += await refusals(bytes);
      }
      expect(refused).toBeGreaterThan(good.length / pageSize / 4);
    },
  );

  it('that was cut off anywhere is refused, with a line that says what to do', async () => {
    for (let cut = 0; cut < 60; cut++)
      expect(await refusals(good.subarray(0, randomInt(1, good.length / 2)))).toBe(1);
    await expect(openEmbedded({ dir: dataDir() })).rejects.toThrow(
      /^the database in .* cannot be opened \(its file is .*\): restore a backup of it, or move it away to begin anew$/,
    );
    await rm(dataDir(), { recursive: true });
    await (await openEmbedded({ dir: dataDir() })).close();
  });

  /** @returns 1 when these bytes are refused as a database; else 0, after a check that nothing is missing in them. */
  async function refusals(bytes: Buffer): Promise<0 | 1> {
    await writeFile(databaseFile(), bytes);
    let store;
    try {
      store = await openEmbedded({ dir: dataDir() });
    } catch (error) {
      expect(String(error)).toContain('restore a backup');
      return 1;
    }
    await store.close();
    expect(sorted(Object.entries(await tablesOf(databaseFile())))).toEqual(kept);
    return 0;
  }

  it('of lmdb’s lock that is garbled does no harm', async () => {
    await writeFile(`${databaseFile()}-lock`, 'x'.repeat(8_192));
    expect(await refusals(good)).toBe(0);
  });
});

describe('an older format', () => {
  it('without indexes and without a format number is completed to today’s format', async () => {
    const store = await openEmbedded({ dir: dataDir() });
    const rooms = [roomWith({ dueAt: 5 }), roomWith({ closedAt: 1, dueAt: 2 }), roomWith()];
    for (const room of rooms) {
      await store.rooms.insert(room);
      const { to, said } = saying(room, 3);
      await store.rooms.commit(room, to, [...said.slice(0, -1), gifOf(room, 3)]);
    }
    await store.close();
    const today = await tablesOf(databaseFile());

    const root = open(databaseFile(), {});
    for (const name of ['openRooms', 'due', 'nonces', 'gifs']) await root.openDB(name, {}).drop();
    await root.remove('format');
    await root.close();

    await (await openEmbedded({ dir: dataDir() })).close();
    expect(await tablesOf(databaseFile())).toEqual(today);
    expect(today.nonces).toHaveLength(9);
    const migrated = open(databaseFile(), {});
    expect(migrated.get('format')).toBe(1);
    await migrated.close();
  });
});
