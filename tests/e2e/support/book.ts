/**
 * The program with pages along the book in the place of ours: `tests/e2e/book`, written for these tests. Their scripts
 * stand in files under `public/`, with axios beside them, since the CSP lets no inline script run.
 */
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { compile, type Compiled } from '../../support/compiled';

const ROOT = path.resolve(__dirname, '../../..');
const BOOK = path.join(ROOT, 'tests/e2e/book');

export async function compileBook(): Promise<Compiled> {
  const compiled = await compile();
  const folder = path.resolve(path.dirname(compiled.pathOf('src/server.ts')), '..');
  for (const name of ['views', 'public']) {
    const place = path.join(folder, name);
    // It is a link to our own.
    await rm(place);
    await cp(path.join(ROOT, name), place, { recursive: true });
    await cp(path.join(BOOK, name), place, { recursive: true });
  }
  await cp(path.join(ROOT, 'node_modules/axios/dist/axios.min.js'), path.join(folder, 'public/axios.min.js'));
  return compiled;
}
