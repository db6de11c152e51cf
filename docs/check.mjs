/**
 * Checks that the documents point at something: every link, and every path of a file that is named. A link to code or to
 * a test says its line and what stands there, so that a link that has gone stale is found:
 *
 *   [`createRoom`](../src/controllers/rooms.ts#L43)      the line that defines this name
 *   [`on('join'`](../src/sockets/chat.ts#L39)            the only line that holds this text
 *   ["is an exit"](../tests/rules/room.test.ts#L136)     the line with the name of this test
 *   [Layers](architecture.md#layers)                     a file, and a heading in it
 *
 * `x.ko.md` must have the links of `x.md`, in the same order. With `--fix` the lines of the links are corrected.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const ROOT = path.resolve(import.meta.dirname, '..');
const LINK = /\[((?:`[^`]*`|[^\]`])*)\]\(([^)\s]+)\)/g;
const FENCE = /^```.*?^```$/gms;
const NAMED_PATH = /(?<![\w./-])(?:src|tests|views|bench)\/[\w./-]*[\w/]/g;
const isFixing = process.argv.includes('--fix');
const problems = [];

const exercises = readdirSync(path.join(ROOT, 'exercises'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => path.join('exercises', name));
const files = ['.', 'docs', 'exercises', ...exercises].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);
const linksOf = new Map(files.map((file) => [file, checkFile(file)]));
for (const file of files) if (file.endsWith('.ko.md')) compare(file.replace('.ko.md', '.md'), file);

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @returns the links of the file, without their lines */
function checkFile(file) {
  const text = read(file);
  const links = [];
  const fixed = text.replace(LINK, (link, label, target, offset) => {
    if (isInFence(text, offset) || /^[a-z]+:/.test(target)) return link;
    const [to, hash = ''] = target.split('#');
    const linked = to === '' ? file : path.join(path.dirname(file), to);
    const complain = (what) => problems.push(`${file}:${String(lineAt(text, offset))}: ${link} ${what}`);
    if (!existsSync(path.join(ROOT, linked))) {
      complain('points at no file');
      return link;
    }
    const isLine = /^L\d+$/.test(hash);
    links.push(isLine ? `[${label}] in ${linked}` : `a link to ${translated(linked)}`);
    if (!isLine) {
      if (hash !== '' && !headingsOf(linked).includes(hash)) complain('points at no heading');
      return link;
    }
    const found = linesOf(label, read(linked).split('\n'));
    const right = `L${String(found[0])}`;
    if (found.length !== 1) complain(`is found ${String(found.length)} times: it must be once`);
    else if (hash !== right && isFixing) return `[${label}](${to}#${right})`;
    else if (hash !== right) complain(`stands at ${right} (npm run docs:check -- --fix)`);
    return link;
  });
  if (fixed !== text) writeFileSync(path.join(ROOT, file), fixed);
  for (const { 0: named, index } of text.replace(LINK, blank).matchAll(NAMED_PATH))
    if (!existsSync(path.join(ROOT, named)))
      problems.push(`${file}:${String(lineAt(text, index))}: there is no ${named}`);
  return links;
}

/** The numbers of the lines that the label of a link names. */
function linesOf(label, lines) {
  const numbersOf = (isIt) => lines.flatMap((line, at) => (isIt(line) ? [at + 1] : []));
  const [, code] = /^`(.*)`$/.exec(label) ?? [];
  if (code === undefined) {
    const [, test] = /^"(.*)"$/.exec(label) ?? [];
    return test === undefined
      ? []
      : numbersOf((line) => [`'`, `"`, '`'].some((q) => line.includes(q + test + q)));
  }
  if (!/^[\w$]+$/.test(code)) return numbersOf((line) => line.includes(code));
  const kinds = 'function\\*?|const|let|class|interface|type';
  const declared = new RegExp(`^\\s*(export )?(async )?(${kinds}) ${code}\\b`);
  const found = numbersOf((line) => declared.test(line));
  // Else a method or a field.
  const member = new RegExp(`^\\s*(async )?${code}(\\??: |\\((.*[^;])?$)`);
  return found.length > 0 ? found : numbersOf((line) => member.test(line));
}

/** The anchors that GitHub gives to the headings of a file. */
function headingsOf(file) {
  const headings = [
    ...read(file)
      .replace(FENCE, '')
      .matchAll(/^#+ (.*)$/gm),
  ];
  return headings.map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function compare(english, korean) {
  const [one, other] = [english, korean].map((file) => linksOf.get(file) ?? []);
  const at = Array.from({ length: Math.max(one.length, other.length) }).findIndex(
    (_, n) => one[n] !== other[n],
  );
  if (at >= 0)
    problems.push(`${english} has ${one[at] ?? 'no more links'}, ${korean} ${other[at] ?? 'no more links'}`);
}

/** The English name of a document. A document and its translation link to each other, so these two names count as one. */
function translated(file) {
  return file.replace(/\.ko\.md$/, '.md');
}

function isInFence(text, offset) {
  return [...text.matchAll(FENCE)].some(
    ({ 0: fence, index }) => index <= offset && offset < index + fence.length,
  );
}

function blank(text) {
  return ' '.repeat(text.length);
}

function lineAt(text, offset) {
  return text.slice(0, offset).split('\n').length;
}

function read(file) {
  return readFileSync(path.join(ROOT, file), 'utf8');
}
