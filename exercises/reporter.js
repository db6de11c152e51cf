const { stripVTControlCharacters } = require('node:util');

/** Tells of each expectation whether it is met and, if not, what came instead; no stacks. */
module.exports = class {
  onTestResult(_test, { testExecError, failureMessage, testResults }) {
    // The file could not run, most often because it imports a file that does not exist yet.
    if (testExecError) say(`  ✗ ${withoutStack(failureMessage)}`);
    for (const { status, title, failureMessages } of testResults) {
      say(`  ${status === 'passed' ? '✓' : '✗'} ${title}`);
      if (status !== 'passed') say(indented(withoutStack(failureMessages[0] ?? '')));
    }
  }
};

function withoutStack(message) {
  return stripVTControlCharacters(message)
    .replace(/\n\s+at [^]*/, '')
    .replace(/^Error: /, '')
    .replace(/^expect\(.*\n+/, '')
    .trim();
}

function indented(text) {
  return text.replace(/^/gm, '      ');
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
