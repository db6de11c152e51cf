'use strict';
// The build: `npm run build` runs it, and so does every start. If everything is built already, it takes about a second.
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, rmSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** Returns whether everything could be built. Errors are written to standard error. */
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
 * Removes compiled files whose source files were removed or moved since, for example by an update. Otherwise the program might
 * load `dist/x.js` of an earlier version instead of `dist/x/index.js`.
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
