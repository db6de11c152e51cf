/** How the files of the pages, and the pages themselves, are sent. */
import request from 'supertest';
import { createRoom, person, startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function filesOf(page: string): Promise<string[]> {
  const { text } = await request(app.url).get(page).expect(200);
  const links = [...text.matchAll(/<(?:link|script)[^>]* (?:href|src)="([^"]+)"/g)];
  return links.map(([, address]) => String(address));
}

describe('a page’s own files', () => {
  it('are few, and none is asked for twice', async () => {
    const list = await filesOf('/');
    expect(list).toHaveLength(4);
    const who = await person(app);
    const { text } = await who.http.get(`/room/${await createRoom(who)}`).expect(200);
    expect(list.filter((address) => text.includes(`"${address}"`))).toHaveLength(3);
  });

  it('come compressed as the browser takes them, and are kept for good', async () => {
    for (const address of await filesOf('/')) {
      const plain = await get(address, 'identity');
      expect(plain.headers['content-encoding']).toBeUndefined();
      for (const coding of ['br', 'gzip']) {
        const packed = await get(address, `deflate, ${coding}`);
        expect(packed.headers['content-encoding']).toBe(coding);
        expect(packed.headers['vary']).toContain('Accept-Encoding');
        expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
        expect(packed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
        expect([packed.text, packed.body]).toEqual([plain.text, plain.body]);
      }
    }
  });

  it('best of all by brotli, unless the browser says that it does not take it', async () => {
    const [address = ''] = (await filesOf('/')).filter((file) => file.endsWith('.js'));
    expect((await get(address, 'gzip, deflate, br')).headers['content-encoding']).toBe('br');
    expect((await get(address, 'gzip, br;q=0')).headers['content-encoding']).toBe('gzip');
  });

  it.each([
    ['/main.css', 'text/css; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
  ])('are also there under their own name: %s, asked for again at every visit', async (address, type) => {
    const first = await request(app.url).get(address).expect(200).expect('content-type', type);
    expect(first.headers['cache-control']).toBe('public, max-age=0');
    await request(app.url).get(address).set('if-none-match', String(first.headers['etag'])).expect(304);
    await request(app.url).head(address).expect(200);
    await request(app.url).post(address).expect(404);
  });
});

test.each([
  '/assets/ko/list.js',
  '/assets/manifest.json',
  '/assets/',
  '/assets',
  '/..%2fpackage.json',
  '/assets/..%2f..%2fserver.js',
  '/.gitkeep',
])('%s is no file of a page', async (address) => {
  const answer = await request(app.url).get(address).expect(404);
  expect(answer.type).toBe('text/html');
});

test('a page and a history are compressed where the client takes it', async () => {
  const who = await person(app);
  const room = await createRoom(who);
  for (let n = 0; n < 5; n++) await who.http.post(`/room/${room}/chat`).send({ chat: 'ㅋ'.repeat(500) });
  for (const address of [`/room/${room}`, `/room/${room}/chats`]) {
    for (const [accepted, coding] of [
      ['gzip', 'gzip'],
      ['gzip, deflate, br', 'br'],
    ] as const) {
      const packed = await who.http.get(address).set('accept-encoding', accepted).expect(200);
      expect(packed.headers['content-encoding']).toBe(coding);
      expect(packed.text).toContain('ㅋ'.repeat(500));
    }
    const plain = await who.http.get(address).set('accept-encoding', 'identity').expect(200);
    expect(plain.headers['content-encoding']).toBeUndefined();
  }
});

function get(address: string, coding: string): request.Test {
  return request(app.url).get(address).set('accept-encoding', coding).expect(200);
}
