/** What people see if their browser refuses our cookie, and that nobody else sees it. */
import request, { type Response } from 'supertest';
import { createRoom, person, startApp, type TestApp } from '../support/app';

const NEEDED = '쿠키가 있어야 쓸 수 있는 사이트입니다.';
const json = { accept: 'application/json' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** Sends a page's form and follows the redirects, with or without the cookies that come on the way. */
async function submit(keepsCookies: boolean, url: string, fields: object): Promise<Response> {
  const browser = keepsCookies ? request.agent(app.url) : request(app.url);
  let answer = await browser.post(url).set('accept', 'text/html').type('form').send(fields);
  for (let hops = 0; answer.redirect && hops < 5; hops += 1)
    answer = await browser.get(String(answer.headers['location'])).set('accept', 'text/html');
  return answer;
}

describe('a browser that refuses cookies', () => {
  test.each(['/room/%s/enter', '/room/%s/chat', '/room/%s/name'])(
    'is told so in one line after the form %s',
    async (form) => {
      const room = await createRoom(await person(app), { password: form.endsWith('enter') ? 'x' : '' });
      const fields = { title: '방', max: '10', password: 'x', chat: '안녕', name: '나' };
      const page = await submit(false, form.replace('%s', room), fields);
      expect(page.status).toBe(403);
      expect(page.text).toContain(NEEDED);
      expect(page.text).toContain('href="?"');
    },
  );

  test('is told so when it writes in a secret room, whose page a link with the password showed', async () => {
    const room = await createRoom(await person(app), { password: 'x' });
    await request(app.url).get(`/room/${room}?password=x`).expect(200);
    const page = await submit(false, `/room/${room}/chat`, { chat: '안녕' });
    expect(page.status).toBe(403);
    expect(page.text).toContain(NEEDED);
  });

  test('hears NO_COOKIE when its script asks', async () => {
    const room = await createRoom(await person(app));
    const answer = await request(app.url)
      .get(`/room/${room}?cookie=check`)
      .set(json)
      .redirects(2)
      .expect(403);
    expect(answer.body).toMatchObject({ error: { code: 'NO_COOKIE' } });
  });

  test('sees the password page on the first visit, without a word about cookies', async () => {
    const room = await createRoom(await person(app), { password: 'x' });
    const page = await request(app.url).get(`/room/${room}`).expect(401);
    expect(page.text).not.toContain(NEEDED);
  });
});

describe('a browser that keeps cookies and lost its session', () => {
  test.each([
    ['/room', 200],
    ['/room/%s/enter', 200],
  ])('is let in by the form %s, at the room’s own address', async (form, status) => {
    const room = await createRoom(await person(app), { password: 'x' });
    const fields = { title: '방', max: '10', password: 'x' };
    const page = await submit(true, form.replace('%s', room), fields);
    expect(page.status).toBe(status);
    expect(page.text).toContain('chat-form');
    expect(page.request.url).toMatch(/\/room\/[0-9a-f]{24}$/);
  });

  test('is asked for the password when it writes in a secret room', async () => {
    const room = await createRoom(await person(app), { password: 'x' });
    const page = await submit(true, `/room/${room}/chat`, { chat: '안녕' });
    expect(page.status).toBe(401);
    expect(page.text).toContain(`action="/room/${room}/enter"`);
  });

  test('is not said to refuse cookies, neither to its script nor at the address of a browser that does', async () => {
    const room = await createRoom(await person(app));
    for (const address of [`/room/${room}?cookie=check`, `/room/${room}?cookie=sent`]) {
      const who = await person(app);
      const page = await who.http.get(address).redirects(2).expect(200);
      expect(page.text).not.toContain(NEEDED);
    }
    const page = await request.agent(app.url).get(`/room/${room}?cookie=check`).redirects(3).expect(200);
    expect(page.text).toContain('chat-form');
  });
});

test('a prefetch does not end the check', async () => {
  const room = await createRoom(await person(app));
  await request(app.url).get(`/room/${room}?cookie=sent`).set('sec-purpose', 'prefetch').expect(200);
});

test.each([
  ['a page', 'text/html'],
  ['a script', '*/*'],
  ['a script that asks for JSON', 'application/json'],
])('a new room of a stranger has the book’s address, made by %s', async (_who, accept) => {
  const form = request(app.url).post('/room').set({ accept }).type('form');
  const made = await form.send({ title: '방', max: '10', password: '' }).expect(302);
  expect(made.headers['location']).toMatch(/^\/room\/[0-9a-f]{24}$/);
});
