'use strict';
// node scripts/run.js <name> …: builds, and then runs the program dist/<name>.js in this same process. So a signal to
// `npm start` reaches the server. A shell that runs two commands one after another would not pass the signal on.
require('./node-version');
require('./end-with-npm');
const path = require('node:path');
const { runMain } = require('node:module');
const { build } = require('./build');

if (build()) {
  const [node, , name, ...rest] = process.argv;
  process.argv = [node, path.resolve(__dirname, '../dist', `${name}.js`), ...rest];
  runMain();
} else {
  process.exitCode = 1;
}
