'use strict';
// The build: `npm run build`, and before the program runs. What is built already takes about a second.
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, rmSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** Returns whether all could be built; what could not is written to standard error. */
function build() {
  if (!existsSync(path.join(ROOT, 'dist'))) console.log('building, which takes a while the first time …');
  const compiler = require.resolve('typescript/bin/tsc');
  if (existsSync(path.join(ROOT, 'dist'))) removeOrphans();
  return (
    run(compiler, '-b') &&
    run(path.join(ROOT, 'dist/tools/bundle.js')) &&
    run(path.join(ROOT, 'dist/tools/listings.js'))
  );
}

/**
 * Removes what was compiled of files that are gone or moved since, as after an update. Otherwise the program would load
 * `dist/x.js` of an earlier version instead of `dist/x/index.js`.
 */
function removeOrphans() {
  for (const file of readdirSync(path.join(ROOT, 'dist'), { recursive: true })) {
    const source = file.replace(/\.js$/, '.ts');
    const isCompiled = file.endsWith('.js') && !file.startsWith(`public${path.sep}`);
    if (isCompiled && !existsSync(path.join(ROOT, 'src', source))) rmSync(path.join(ROOT, 'dist', file));
  }
}

/** Returns whether the program ended well. */
function run(program, ...words) {
  return spawnSync(process.execPath, [program, ...words], { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

if (require.main === module && !build()) process.exitCode = 1;

module.exports = { build };
