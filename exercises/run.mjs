/** npm run exercise 1 … 4: runs the check of one exercise, and says what is still missing. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { EXERCISES, ROOT } from './list.mjs';

const [wanted] = process.argv.slice(2);
const exercise = EXERCISES.find((name) => name.split('-')[0] === wanted);

if (exercise === undefined) {
  say(
    `npm run exercise 1 … ${String(EXERCISES.length)} (exercises/README.md) · 번호를 붙여 실행하세요 (exercises/README.ko.md)`,
  );
  process.exitCode = 1;
} else {
  say(`${exercise}\n`);
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--config',
    'exercises/jest.config.js',
    `exercises/${exercise}`,
  ];
  const { status } = spawnSync(process.execPath, jest, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  say(
    status === 0
      ? '\n다 되었습니다! · Done!'
      : `\n아직입니다. · Not yet. exercises/${exercise}/README.ko.md · README.md`,
  );
  process.exitCode = status ?? 1;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
