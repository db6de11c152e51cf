/**
 * Proves the exercises: in a copy of the project every check is red, and with the solutions applied every check is green and
 * the code has neither type errors nor complaints of lint. The exit code is 1 if not.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { EXERCISES, ROOT } from './list.mjs';
import { applySolution } from './solution.mjs';

const COPIED = [
  ...['src', 'views', 'public', 'scripts', 'tests', 'bench', 'exercises'],
  ...['vitest.config.mjs', 'package.json', 'tsconfig.json', 'eslint.config.mjs', '.prettierrc.json'],
];
const copy = mkdtempSync(path.join(os.tmpdir(), 'gif-chat-exercises-'));

try {
  for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'junction');

  const before = check();
  expectAll(before, 'red without its solution', ({ failed, ran }) => ran && failed > 0);
  const touched = EXERCISES.flatMap((name) => applySolution(name, copy));
  const after = check();
  expectAll(after, 'green with its solution', ({ failed, ran }) => ran && failed === 0);
  node('typescript/bin/tsc', '-p', 'tests');
  node('eslint/bin/eslint.js', ...touched);
  node('prettier/bin/prettier.cjs', '--check', ...touched);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** @returns by exercise: whether its check could run, how many of its expectations failed, and what was said */
function check() {
  const report = path.join(copy, 'report.json');
  const vitest = [
    ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'exercises/vitest.config.mjs'],
    ...['--reporter', 'json', '--outputFile', report],
  ];
  spawnSync(process.execPath, vitest, { cwd: copy });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return EXERCISES.map((name) => {
    const file = testResults.find((result) => result.name.split(path.sep).includes(name));
    const failed = (file?.assertionResults ?? []).filter(({ status }) => status !== 'passed').length;
    return { name, failed, ran: (file?.assertionResults.length ?? 0) > 0, said: file?.message ?? '' };
  });
}

function expectAll(exercises, what, isIt) {
  for (const exercise of exercises) {
    const isRight = isIt(exercise);
    process.stdout.write(`${exercise.name}: ${isRight ? '' : 'NOT '}${what}\n`);
    if (isRight) continue;
    process.stdout.write(`${exercise.said}\n`);
    process.exitCode = 1;
  }
}

function node(program, ...args) {
  run(process.execPath, [path.join('node_modules', program), ...args]);
}

/** @throws if the program fails */
function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: copy, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
}
