'use strict';
// npm run dev: runs the program, and starts it again whenever a source file changes. Node's own watcher does that. It loads no
// script that ends it with npm, so this process does: it passes SIGTERM on to the watcher, which passes it on to the program.
require('./node-version');
require('./end-with-npm');
const { spawn } = require('node:child_process');
const path = require('node:path');

const words = ['--watch', '--watch-preserve-output', '-r', 'ts-node/register/transpile-only', 'src/dev.ts'];
const watcher = spawn(process.execPath, words, { cwd: path.resolve(__dirname, '..'), stdio: 'inherit' });

process.on('SIGTERM', () => watcher.kill('SIGTERM'));
// By Ctrl+C, a terminal sends SIGINT to the watcher and to the program as well.
process.on('SIGINT', () => undefined);
watcher.on('exit', (code) => process.exit(code ?? 0));
