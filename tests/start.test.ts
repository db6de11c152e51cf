import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { io } from 'socket.io-client';
import request from 'supertest';
import { once as next, until } from './support/app';
import { compile, type Compiled } from './support/compiled';
import { outputOf } from './support/output';

const withSecret = { COOKIE_SECRET: 'a secret for the tests' };
let compiled: Compiled;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  compiled = await compile();
}, 60_000);
afterAll(() => compiled.dispose());
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-start-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
  await rm(folder, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function lastLine(program: { output(): string }): string {
  return program.output().trim().split('\n').at(-1) ?? '';
}

/** Starts the program in another working directory. On a terminal it has one of its own, which `script` makes. */
function run(env: Record<string, string> = {}, where: 'piped' | 'on a terminal' = 'piped') {
  const { PATH, MONGO_URL } = process.env;
  const program = [process.execPath, compiled.pathOf('src/server.ts')] as const;
  const [command, ...args] =
    where === 'piped' ? program : ['script', '-qefc', `exec ${program.join(' ')}`, '/dev/null'];
  const child = spawn(command, args, {
    cwd: os.tmpdir(),
    env: {
      PATH,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: path.join(folder, 'data'),
      UPLOADS_DIR: path.join(folder, 'uploads'),
      ...(MONGO_URL !== undefined && { MONGO_URL: `${MONGO_URL}-start` }),
      ...(env['FAULT'] !== undefined && {
        NODE_OPTIONS: `--require ${path.join(__dirname, 'support/faulty.js')}`,
      }),
      ...env,
    },
  });
  children.push(child);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const { text, listening } = outputOf(child);
  return { child, exit, listening, output: text };
}

test('starts from any directory, says where the rooms are kept, and ends on SIGTERM with its sockets', async () => {
  const program = run();
  const url = await program.listening;
  expect(program.output()).toMatch(/kept in /);
  const page = await request(url).get('/').expect(200);
  expect(page.text).toContain('GIF 채팅방');
  await request(url).get('/room/x?password=secret&x=1');
  const socket = io(`${url}/room`, { forceNew: true, reconnection: false });
  await next(socket, 'connect');
  const gone = next(socket, 'disconnect');
  program.child.kill('SIGTERM');
  expect((await program.exit)[0]).toBe(0);
  await gone;
  expect(program.output()).not.toContain('secret');
  expect(program.output()).toContain('password=[redacted]');
}, 60_000);

test('keeps its own cookie secret, so that a restart logs nobody out', async () => {
  const first = run();
  const page = await request(await first.listening)
    .get('/room')
    .expect(200);
  const cookie = String(page.headers['set-cookie']).split(';')[0] ?? '';
  first.child.kill('SIGTERM');
  await first.exit;
  const again = await request(await run().listening)
    .get('/room')
    .set('cookie', cookie)
    .expect(200);
  expect(again.headers['set-cookie']).toBeUndefined();
  expect((await readFile(path.join(folder, 'data/cookie-secret'), 'utf8')).length).toBeGreaterThan(30);
}, 60_000);

test('keeps its data in files for its own user alone', async () => {
  await run({ MONGO_URL: '' }).listening;
  const data = path.join(folder, 'data');
  const names = await readdir(data);
  expect(names).toEqual(
    expect.arrayContaining(['cookie-secret', 'gifchat.mdb', 'gifchat.mdb-lock', 'owner.sock']),
  );
  for (const name of names)
    expect([name, (await stat(path.join(data, name))).mode & 0o777]).toEqual([name, 0o600]);
}, 60_000);

test('writes as much to the log as LOG says', async () => {
  const silent = run({ LOG: 'loud' });
  expect((await silent.exit)[0]).toBe(1);
  expect(silent.output()).toContain('LOG');
  const program = run({ LOG: 'debug' });
  const socket = io(`${await program.listening}/room`, { forceNew: true, reconnection: false });
  await next(socket, 'connect');
  const told = new Promise<void>((resolve) => {
    program.child.stdout.on('data', () => {
      if (/ debug \/room \S+ is gone/.test(program.output())) resolve();
    });
  });
  socket.disconnect();
  await told;
}, 60_000);

test('serves on when what reads its log is gone, and ends on SIGTERM', async () => {
  const program = run();
  const url = await program.listening;
  program.child.stdout.destroy();
  program.child.stderr.destroy();
  // Each request is an entry of the log.
  for (let times = 0; times < 3; times++) await request(url).get('/').timeout(10_000).expect(200);
  program.child.kill('SIGTERM');
  expect((await program.exit)[0]).toBe(0);
}, 60_000);

test.each([
  ['in colors', {}],
  ['and without colors where NO_COLOR is set', { NO_COLOR: '1' }],
])(
  'on a terminal has a short log without the files of the pages, %s',
  async (_, env) => {
    const program = run({ TERM: 'xterm-256color', LOG: 'debug', ...env }, 'on a terminal');
    const url = await program.listening;
    for (const path of ['/main.css', '/nope']) await (await fetch(url + path)).text();
    const isLogged = async () => program.output().includes('/nope');
    await until(isLogged);
    const lines = program.output().split('\r\n');
    expect(program.output().includes('\u001b[')).toBe(!('NO_COLOR' in env));
    const plain = lines.map(stripVTControlCharacters);
    expect(plain).toContainEqual(expect.stringMatching(/^\d\d:\d\d:\d\d GET \/nope 404 [\d.]+ ms$/));
    expect(program.output()).not.toContain('main.css');
  },
  60_000,
);

test('in production, or where its output is no terminal, has a log with dates and with all requests', async () => {
  for (const start of [() => run(), () => run({ NODE_ENV: 'production', ...withSecret }, 'on a terminal')]) {
    const program = start();
    await (await fetch(`${await program.listening}/main.css`)).text();
    await until(async () => program.output().includes('GET /main.css 200'));
    expect(program.output()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z info .*listening on/m);
    expect(program.output()).not.toContain('\u001b[');
    await kill(program.child);
  }
}, 60_000);

test('logs the whole path of a request, also below the lab, and no password', async () => {
  const program = run();
  const url = await program.listening;
  const logged = new Promise<void>((resolve) => {
    program.child.stdout.on('data', () => {
      if (program.output().includes('GET /lab/ws/crowd?password=[redacted] 200')) resolve();
    });
  });
  const answer = await fetch(`${url}/lab/ws/crowd?password=hunter2`);
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
  await logged;
  expect(program.output()).not.toContain('hunter2');
}, 60_000);

test.each([
  ['in production without a COOKIE_SECRET', { NODE_ENV: 'production' }, 'COOKIE_SECRET'],
  ['on a port that is no port', { PORT: 'eighty' }, 'PORT'],
  ['with a grace that is no number', { RECONNECT_GRACE_SECONDS: 'soon' }, 'RECONNECT_GRACE_SECONDS'],
  ['with data where no folder can be made', { MONGO_URL: '', DATA_DIR: '/proc/nope' }, 'DATA_DIR'],
  ['with data where nothing can be written', { ...withSecret, MONGO_URL: '', DATA_DIR: '/proc' }, 'DATA_DIR'],
  [
    'with GIFs where no folder can be made',
    { ...withSecret, UPLOADS_DIR: '/proc/nope/deeper' },
    'UPLOADS_DIR',
  ],
  ['with GIFs in a file', { ...withSecret, UPLOADS_DIR: __filename }, 'UPLOADS_DIR'],
  [
    'on Node 20.18',
    { NODE_OPTIONS: `--require ${path.join(__dirname, 'support/old-node.js')}` },
    'Node.js 20.19',
  ],
])(
  'does not start %s, and one line names what to change',
  async (_what, env, name) => {
    const program = run(env);
    expect((await program.exit)[0]).toBe(1);
    expect(program.output().trim().split('\n')).toHaveLength(1);
    expect(program.output()).toContain(name);
  },
  60_000,
);

test('does not start on a MongoDB that is not there, and the line has no password in it', async () => {
  const program = run({ MONGO_URL: 'mongodb://someone:hunter2@127.0.0.1:1/gifchat' });
  expect((await program.exit)[0]).toBe(1);
  expect(program.output()).toContain('127.0.0.1:1');
  expect(program.output()).not.toContain('hunter2');
  expect(program.output().trim().split('\n')).toHaveLength(1);
  for (const name of ['MONGO_ID', 'MONGO_PASSWORD', 'MONGO_URL', 'DATA_DIR']) {
    expect(program.output()).toContain(name);
  }
}, 60_000);

test.each(['127.0.0.2', '::1', '0.0.0.0', '::', 'localhost', ''])(
  'with HOST=%s the address that it says it listens on answers',
  async (HOST) => {
    await request(await run({ HOST }).listening)
      .get('/healthz')
      .expect(200);
  },
  60_000,
);

test('a host that is no address of this machine gives one line that names HOST', async () => {
  const program = run({ HOST: '192.0.2.1' });
  expect((await program.exit)[0]).toBe(1);
  expect(lastLine(program)).toMatch(/ error HOST: 192\.0\.2\.1 /);
}, 60_000);

test('a setting that is probably misspelt is warned of by its name, never with its value', async () => {
  const program = run({ NODE_ENV: 'prod', RATE_LIMIT: 'off', MONGODB_URL: 'hunter2', PATHS: 'x' });
  await program.listening;
  const warned = program.output().match(/(?<= warn )\S+.*/g);
  expect(warned).toEqual([
    expect.stringMatching(/^NODE_ENV .*production/),
    expect.stringMatching(/^RATE_LIMIT .*RATE_LIMITS/),
    expect.stringMatching(/^MONGODB_URL .*MONGO_URL/),
  ]);
  expect(program.output()).not.toContain('hunter2');
}, 60_000);

test('a failure that nobody waited for is logged with its stack, counted, and stops nothing', async () => {
  const program = run({ FAULT: 'rejection' });
  const url = await program.listening;
  await request(url).get('/').expect(200);
  await until(async () => /fault 2/.test(program.output()));
  await request(url).get('/').expect(200);
  const told = program.output().match(/ error fault .*/g);
  expect(told).toEqual([
    expect.stringMatching(/fault 1: .*Error: forgotten.*at .*faulty\.js:\d+/),
    expect.stringMatching(/fault 2: .*code: 'ODD'/),
  ]);
}, 60_000);

test('an error that nobody caught is logged with its stack, and the program ends in order, with a failure', async () => {
  const program = run({ FAULT: 'exception' });
  const socket = io(`${await program.listening}/room`, { forceNew: true, reconnection: false });
  await next(socket, 'connect');
  const gone = next(socket, 'disconnect');
  program.child.kill('SIGUSR2');
  expect((await program.exit)[0]).toBe(1);
  await gone;
  expect(program.output().match(/ error .*/g)).toEqual([
    expect.stringMatching(/fault 1: .*Error: uncaught.*at .*faulty\.js:\d+/),
  ]);
  await run().listening;
}, 60_000);

test('a signal that comes twice, as from a terminal and from npm, counts once', async () => {
  const program = run();
  await program.listening;
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGTERM'] as const) program.child.kill(signal);
  expect((await program.exit)[0]).toBe(0);
  expect(program.output().match(/stopping/g)).toHaveLength(1);
}, 60_000);

test('a second one on the same data directory is refused and names the first', async () => {
  const first = run({ MONGO_URL: '' });
  await first.listening;
  const second = run({ MONGO_URL: '' });
  expect((await second.exit)[0]).toBe(1);
  expect(second.output()).toContain(String(first.child.pid));
  await kill(first.child);
  await run({ MONGO_URL: '' }).listening;
}, 60_000);

test('a port that is taken gives one line', async () => {
  const first = run();
  const { port } = new URL(await first.listening);
  const second = run({ PORT: port, DATA_DIR: path.join(folder, 'other') });
  expect((await second.exit)[0]).toBe(1);
  expect(lastLine(second)).toMatch(new RegExp(` error PORT: ${port} is taken`));
}, 60_000);
