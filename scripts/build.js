'use strict';
// The build: `npm run build`, and before the program runs. What is built already takes about a second.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** Returns whether all could be built; what could not is written to standard error. */
function build() {
  if (!existsSync(path.join(ROOT, 'dist'))) console.log('building, which takes a while the first time …');
  const compiler = require.resolve('typescript/bin/tsc');
  return (
    run(compiler, '-b') &&
    run(path.join(ROOT, 'dist/tools/bundle.js')) &&
    run(path.join(ROOT, 'dist/tools/listings.js'))
  );
}

/** Returns whether the program ended well. */
function run(program, ...words) {
  return spawnSync(process.execPath, [program, ...words], { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

if (require.main === module && !build()) process.exitCode = 1;

module.exports = { build };
