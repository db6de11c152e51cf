import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { lab } from '../../src/locales/lab';
import { startApp, type TestApp } from '../support/app';

const FOLDER = path.resolve(__dirname, '../../src/lab');
const NAMES = Object.keys(lab.pages) as (keyof typeof lab.pages)[];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const LETTERS: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#92': '\\' };
/** What a reader sees of a piece of HTML. */
function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (all, name: string) => LETTERS[name] ?? all);
}

test('the list leads to the lab, and the lab to each of its pages', async () => {
  const list = await request(app.url).get('/').expect(200);
  expect(list.text).toContain('href="/lab"');
  const index = await request(app.url).get('/lab').expect(200);
  for (const name of NAMES) {
    expect(index.text).toContain(`href="/lab/${name}"`);
    expect(index.text).toContain(lab.pages[name].title);
  }
});

test.each(NAMES)(
  '/lab/%s teaches in three sentences, shows its code as it is, and says what to try next',
  async (name) => {
    const { title, teaches, next } = lab.pages[name];
    const page = await request(app.url).get(`/lab/${name}`).expect(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.text).toContain(`<title>${title}</title>`);
    expect(teaches).toHaveLength(3);
    const text = textOf(page.text);
    for (const sentence of [...teaches, ...next]) expect(text).toContain(sentence);
    const files = [...page.text.matchAll(/href="\/lab\/source\/([\w-]+\.ts)"/g)].map((match) =>
      String(match[1]),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const source = await readFile(path.join(FOLDER, file), 'utf8');
      expect(text).toContain(source.trimEnd());
      const raw = await request(app.url).get(`/lab/source/${file}`).expect(200);
      expect(raw.headers['content-type']).toMatch(/^text\/plain/);
      expect(raw.text).toBe(source);
      // A listing is held beside the book: short, and without anything of the rooms.
      expect(source.trimEnd().split('\n').length).toBeLessThan(60);
      expect(source).not.toMatch(/from '\.\.\/(services|stores|middlewares|sockets|controllers)/);
    }
  },
);

test('no other file is shown as a listing', async () => {
  const others = (await readdir(FOLDER, { withFileTypes: true })).map(({ name }) => name);
  expect(others).toContain('index.ts');
  for (const file of ['index.ts', 'pages.ts', '..%2fconfig.ts', '%2e%2e%2fconfig.ts', 'bounds%2fseats.ts']) {
    await request(app.url).get(`/lab/source/${file}`).expect(404);
  }
});
