'use strict';
// If Node is older than package.json asks for, ends the program with one line that says so. It is loaded before everything
// else, and every old Node must understand it. So it is written in the JavaScript of 2009.

var least = require('../package.json').engines.node.replace('>=', '');

if (isOlder(process.versions.node.split('.'), least.split('.'))) {
  console.error(
    'Node.js ' + least + ' or newer is needed, and this is ' + process.versions.node + ': https://nodejs.org',
  );
  process.exit(1);
}

function isOlder(ours, theirs) {
  for (var at = 0; at < theirs.length; at++) {
    if (ours[at] !== theirs[at]) return Number(ours[at]) < Number(theirs[at]);
  }
  return false;
}
