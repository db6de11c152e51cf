/**
 * Tests the test: puts five mistakes into the code, one at a time, each in its own copy of the project (a mutant), and
 * runs tests/services/promise.test.ts on it. The exit code is 1 when the test passes on one of them.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { MUTANTS } from './mutants/list.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const COPIED = ['src', 'public', 'tests', 'vitest.config.mjs', 'package.json', 'tsconfig.json'];
const { MONGO_URL, ...ENV } = process.env;
/** With so many runs, the test finds each of the mistakes many times. */
const RUNS = '400';

let survivors = 0;
const sound = { name: 'is sound' };
if (!(await isPassed(sound, '20'))) throw new Error('the tests fail without a mutant, too');
for (const mutant of MUTANTS) {
  if (mutant.needsMongo && !MONGO_URL) {
    say(`not tried: ${mutant.name} (set MONGO_URL to a MongoDB server)`);
    continue;
  }
  const isAlive = await isPassed(mutant, RUNS);
  if (isAlive) survivors++;
  say(`${isAlive ? 'SURVIVED' : 'caught'}: ${mutant.name}`);
}
process.exitCode = survivors === 0 ? 0 : 1;

/** Whether the test passes on a copy with this mistake. */
async function isPassed(mutant, runs) {
  const copy = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-mutant-'));
  try {
    for (const name of COPIED) await cp(path.join(ROOT, name), path.join(copy, name), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
    if (mutant.file !== undefined) await mutate(path.join(copy, mutant.file), mutant);
    await mkdir(path.join(copy, 'tmp'));
    const store = mutant.needsMongo ? { MONGO_URL } : {};
    const env = { ...ENV, ...store, RUNS: runs, FIRST_ONLY: '1', TMPDIR: path.join(copy, 'tmp') };
    const { code, output } = await vitest(copy, env);
    if (code === 0) return true;
    // Any other failure has another cause and says nothing about the mistake.
    if (!/Property failed after \d+ tests/.test(output)) throw new Error(`${mutant.name}: ${output}`);
    return false;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function mutate(file, { name, from, to }) {
  const source = await readFile(file, 'utf8');
  const parts = source.split(from);
  if (parts.length !== 2)
    throw new Error(`${name}: its place was found ${String(parts.length - 1)} times in ${file}`);
  await writeFile(file, parts.join(to));
}

function vitest(cwd, env) {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    'tests/services/promise.test.ts',
    '-t',
    'a room keeps',
  ];
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
