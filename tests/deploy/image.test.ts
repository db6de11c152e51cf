import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { buildImage, inImage, type Image } from './dockerfile';
import { outputOf } from '../support/output';

const ROOT = path.resolve(__dirname, '../..');
const run = promisify(execFile);

let folder: string;
let image: Image;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-image-'));
  await chmod(folder, 0o755);
  image = await buildImage(ROOT, folder);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the image runs as a user without rights, is healthy, keeps its data in its folders, and ends in order', async () => {
  image.env['COOKIE_SECRET'] = 'a secret for the tests';
  image.env['PORT'] = '0';
  const { program, args, options } = inImage(image, image.command);
  const server = spawn(program, args, options);
  const exit = once(server, 'exit');
  const { text, listening } = outputOf(server);
  const url = await Promise.race([listening, exit.then(() => Promise.reject(new Error(text())))]);
  try {
    const http = request.agent(url);
    const form = await http.get('/room').expect(200);
    const cookie = String(form.headers['set-cookie']).split(';')[0] ?? '';
    await http.post('/room').set('cookie', cookie).send({ title: '방', max: 2 }).expect(302);
    expect(await readdir(path.join(image.root, 'srv/gif-chat/data'))).toContain('gifchat.mdb');
    const check = inImage(image, image.health);
    const env = { ...check.options.env, PORT: new URL(url).port };
    await run(check.program, check.args, { ...check.options, env });
    server.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await expect(run(check.program, check.args, { ...check.options, env })).rejects.toMatchObject({
      code: 1,
    });
  } finally {
    server.kill('SIGKILL');
  }
});

test('the image has no compiler and no sources', async () => {
  const app = path.join(image.root, 'app');
  expect((await readdir(app)).sort()).toEqual([
    'dist',
    'node_modules',
    'package.json',
    'public',
    'scripts',
    'views',
  ]);
  const packages = await readdir(path.join(app, 'node_modules'));
  for (const name of ['typescript', '@types', 'esbuild', '@esbuild', 'vitest', 'eslint'])
    expect(packages).not.toContain(name);
});

test('what the Dockerfile copies is what Docker is given', async () => {
  const dockerfile = await readFile(path.join(ROOT, 'Dockerfile'), 'utf8');
  const ignored = await readFile(path.join(ROOT, '.dockerignore'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
    names.split(' '),
  );
  const given = [...ignored.matchAll(/^!(.*)$/gm)].map(([, name]) => name);
  expect(copied.filter((name) => !given.includes(name.split('/')[0]))).toEqual([]);
});
