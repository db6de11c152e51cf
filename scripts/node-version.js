'use strict';
// Ends the program in one line where Node is older than package.json asks for. To be loaded before everything else, by
// Node of any age: so this file is written in the JavaScript of 2009.

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
