import { stripVTControlCharacters } from 'node:util';
import process from 'node:process';

/** Tells of each expectation whether it is met and, if not, what came instead; no stacks. */
export default class {
  onTestRunEnd(modules) {
    for (const module of modules) {
      // The file could not run, most often because it imports a file that does not exist yet.
      for (const { message } of module.errors()) say(`  ✗ ${withoutStack(message)}`);
      for (const test of module.children.allTests()) tell(test.name, test.result());
    }
  }
}

function tell(name, { state, errors = [] }) {
  say(`  ${state === 'passed' ? '✓' : '✗'} ${name}`);
  for (const { message } of errors) say(indented(withoutStack(message)));
}

function withoutStack(message) {
  return stripVTControlCharacters(message)
    .replace(/\n\s+at [^]*/, '')
    .replace(' // Object.is equality', '')
    .trim();
}

function indented(text) {
  return text.replace(/^/gm, '      ');
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
