import request from 'supertest';
import { startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function pageWith(cookie: string, path = '/'): Promise<string> {
  return (await request(app.url).get(path).set('cookie', cookie).set('accept', 'text/html')).text;
}

describe('the theme of a page', () => {
  test.each(['/', '/room', '/nowhere'])('is the one of the cookie, from the first byte: %s', async (path) => {
    for (const theme of ['light', 'dark']) {
      const page = await pageWith(`a=b; theme=${theme}`, path);
      expect(page).toMatch(new RegExp(`<html [^>]*data-theme="${theme}">`));
      expect(page).toContain(`<meta name="color-scheme" content="${theme}">`);
      expect(page.match(/media="all" content="(#\w+)"/)?.[1]).toBe(theme === 'dark' ? '#1b1d22' : '#ffffff');
    }
  });

  test.each(['', 'theme=', 'theme=system', 'theme="><script>', 'xtheme=dark'])(
    'is that of the device without one that we have: %s',
    async (cookie) => {
      const page = await pageWith(cookie);
      expect(page).toMatch(/<html lang="ko" data-base="">/);
      expect(page).toContain('<meta name="color-scheme" content="light dark">');
      expect(page).toContain('media="(prefers-color-scheme: dark)" content="#1b1d22"');
    },
  );
});
