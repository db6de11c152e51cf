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

test('what is edited in development is seen at the next look, and `npm run dev` ends with npm', async () => {
  const program = npmRun('run', 'dev');
  const url = await program.listening;
  async function edit(file: string, change: (text: string) => string): Promise<void> {
    const whole = path.join(project, file);
    await writeFile(whole, change(await readFile(whole, 'utf8')));
  }
  const look = async () => (await request(url).get('/').expect(200)).text;

  // A page, what it extends, and what it includes.
  for (const view of ['views/main.html', 'views/layout.html', 'views/macros/icons.html']) {
    const mark = `data-edited="${view}"`;
    await look();
    await edit(view, (text) => text.replace(/<(main|body|svg hidden)/, `<$1 ${mark}`));
    expect(await look()).toContain(mark);
  }

  const script = async () => {
    const address = /src="(.*\/list-\w{8}\.js)"/.exec(await look())?.[1] ?? '';
    return (await request(url).get(address).expect(200)).text;
  };
  // A part of the scripts of all pages in all languages: all of them are made again at once.
  for (const word of ['edited', 'edited again', 'and again']) {
    await edit('src/browser/dom.ts', (text) => `${text}\nconsole.log('${word}');\n`);
    await expect.poll(script, { timeout: 60_000 }).toContain(`"${word}"`);
  }
  expect(program.output()).not.toContain('ERROR');

  process.kill(program.pid, 'SIGTERM');
  await program.ended;
}, 180_000);
