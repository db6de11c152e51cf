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
  const vitest = [
    ...['node_modules/vitest/vitest.mjs', 'run'],
    ...['--config', 'exercises/vitest.config.mjs', '--reporter', 'exercises/reporter.mjs'],
    `exercises/${exercise}`,
  ];
  const { status } = spawnSync(process.execPath, vitest, {
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
