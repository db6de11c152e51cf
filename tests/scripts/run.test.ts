import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { outputOf } from '../support/output';

const ROOT = path.resolve(__dirname, '../..');
/** The project as somebody has it who just got it and ran `npm install`. */
let project: string;
let npm: ChildProcess | undefined;

beforeAll(async () => {
  project = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-npm-'));
  for (const name of ['package.json', 'tsconfig.json', 'src', 'scripts', 'views', 'public']) {
    await cp(path.join(ROOT, name), path.join(project, name), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(project, 'node_modules'));
});
afterEach(() => {
  // The whole group, whatever is left of it.
  if (npm?.pid !== undefined && npm.stdout?.closed === false) process.kill(-npm.pid, 'SIGKILL');
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** `npm run …` as a service manager starts it: npm, its shell and the program are a group of processes. */
function npmRun(...script: string[]) {
  const { PATH } = process.env;
  const child = spawn('npm', script, {
    cwd: project,
    detached: true,
    env: { PATH, PORT: '0', HOST: '127.0.0.1' },
  });
  npm = child;
  const { text, listening } = outputOf(child);
  return {
    pid: child.pid ?? 0,
    listening,
    output: text,
    /** The output is at its end when the last process of the group that has it is. */
    ended: once(child, 'close'),
  };
}

test('`npm start` says that it builds the first time, and is the server: SIGTERM to npm ends it in order', async () => {
  const first = npmRun('start');
  await request(await first.listening)
    .get('/healthz')
    .expect(200);
  expect(first.output()).toContain('building');
  process.kill(first.pid, 'SIGTERM');
  await first.ended;
  expect(first.output()).toContain('SIGTERM: stopping');

  // What an earlier version left there must not be loaded instead of the folder of the same name.
  await writeFile(path.join(project, 'dist/locales/ko.js'), 'throw new Error();');
  const again = npmRun('start');
  await again.listening;
  expect(again.output()).not.toContain('building');
  process.kill(-again.pid, 'SIGTERM');
  await again.ended;
  expect(again.output().match(/stopping/g)).toHaveLength(1);
}, 180_000);

test('a view that is edited in development is seen at the next look', async () => {
  const program = npmRun('start');
  const url = await program.listening;
  // A page, what it extends, and what it includes.
  for (const view of ['views/main.html', 'views/layout.html', 'views/macros/icons.html']) {
    const file = path.join(project, view);
    const mark = `data-edited="${view}"`;
    await request(url).get('/').expect(200);
    await writeFile(file, (await readFile(file, 'utf8')).replace(/<(main|body|svg hidden)/, `<$1 ${mark}`));
    const page = await request(url).get('/').expect(200);
    expect(page.text).toContain(mark);
  }
  process.kill(program.pid, 'SIGTERM');
  await program.ended;
}, 180_000);
