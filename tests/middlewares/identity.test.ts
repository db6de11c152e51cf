import { io } from 'socket.io-client';
import request from 'supertest';
import type { Store } from '../../src/stores/store';
import { ask, createRoom, join, once, person, startApp, type Person, type TestApp } from '../support/app';
import { gif } from '../support/gif';
import { clockIsOff, moveClock } from '../support/wall';

const DAY = 24 * 60 * 60_000;

/** The same store, but with sessions that are read and stored slowly, as over a slow network. */
function withSlowSessions(store: Store): Store {
  const sessions: Store['sessions'] = Object.create(store.sessions) as Store['sessions'];
  sessions.set = (sid, session, done) => void setTimeout(() => store.sessions.set(sid, session, done), 200);
  sessions.get = (sid, done) => void setTimeout(() => store.sessions.get(sid, done), 200);
  return { ...store, sessions };
}

describe('a visitor', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  test('gets a cookie that scripts cannot read and other sites do not send, for 30 days', async () => {
    const page = await request(app.url).get('/room').expect(200);
    const cookie = String(page.headers['set-cookie']);
    expect(cookie).toMatch(/^connect\.sid=.*HttpOnly; SameSite=Lax/);
    const expires = new Date(/Expires=([^;]+)/.exec(cookie)?.[1] ?? '').getTime();
    expect(Math.round((expires - Date.now()) / 86_400_000)).toBe(30);
    expect(cookie).not.toContain('Secure');
  });

  test('stays the same person with the same color on every socket and page', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const first = await join(await who.chat(), room);
    const second = await join(await who.chat(), room);
    expect(second.me).toEqual(first.me);
    const page = await who.http.get(`/room/${room}`);
    expect(page.text).toContain(first.me.color);
  });

  test.each([
    ['/', 200],
    ['/healthz', 200],
    ['/main.css', 200],
    ['/socket.io/socket.io.js', 200],
    ['/nope', 404],
  ])('of %s gets no session', async (url, status) => {
    const answer = await request(app.url).get(url).expect(status);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test.each(['j:1', 'j:null', 'j:{"a":1}', 's:', 's:j%3A1.x', 's:__proto__.x', '%E0%A4%A', '', '"'])(
    'with the cookie connect.sid=%s is one without a session, on every route',
    async (value) => {
      const cookie = `connect.sid=${value}`;
      await request(app.url).get('/').set('cookie', cookie).expect(200);
      const form = await request(app.url).get('/room').set('cookie', cookie).expect(200);
      expect(String(form.headers['set-cookie'])).toMatch(/^connect\.sid=s%3A/);
      const socket = io(`${app.url}/chat`, { forceNew: true, reconnection: false, extraHeaders: { cookie } });
      app.sockets.push(socket);
      await once(socket, 'connect');
      socket.disconnect();
    },
  );

  test('who only previews a page gets no session, and is not admitted by a password in the address', async () => {
    const owner = await person(app);
    const room = await createRoom(owner, { password: 'x' });
    const head = await request(app.url).head('/room').expect(200);
    const prefetch = await request(app.url)
      .get(`/room/${room}?password=x`)
      .set('sec-purpose', 'prefetch')
      .expect(401);
    for (const answer of [head, prefetch]) expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await app.store.rooms.get(room))?.admitted).toHaveLength(1);
  });

  test('with a session is not admitted by a preview whose address has the password', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner, { password: 'x' });
    await guest.http.get(`/room/${room}?password=x`).set('sec-purpose', 'prefetch;prerender').expect(401);
    expect((await app.store.rooms.get(room))?.admitted).toHaveLength(1);
    await guest.http.get(`/room/${room}?password=x`).expect(200);
  });

  test('who posts something gets an identity, even if the request claims to be a preview', async () => {
    const peek = { 'sec-purpose': 'prefetch', purpose: 'preview' };
    const made = await request(app.url)
      .post('/room')
      .set(peek)
      .send({ title: '방', password: 'x' })
      .expect(302);
    expect(String(made.headers['set-cookie'])).toMatch(/^connect\.sid=/);
    const room = String(made.headers['location']).slice('/room/'.length);
    await request(app.url)
      .post(`/room/${room}/enter`)
      .set(peek)
      .type('form')
      .send({ password: 'x' })
      .expect(303);
    const open = await createRoom(await person(app));
    await request(app.url).post(`/room/${open}/chat`).set(peek).send({ chat: '나' }).expect(200);
    const [secret, other] = [await app.store.rooms.get(room), await app.store.rooms.get(open)];
    const people = [...(secret?.people ?? []), ...(other?.people ?? [])].map(({ id }) => id);
    const all = [secret?.ownerId, ...(secret?.admitted ?? []), ...people];
    expect(all).toHaveLength(6);
    expect(all).not.toContain('');
  });
});

describe('a session', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterEach(() => {
    moveClock(-clockIsOff());
  });
  afterAll(() => app.stop());

  /** The id of this person, as the room's page has it. */
  async function idOf(who: Person, room: string): Promise<string | undefined> {
    const page = await who.http.get(`/room/${room}`).expect(200);
    return /data-me="([^"]+)"/.exec(page.text)?.[1];
  }

  test('lives for 30 days after the last visit, and its cookie is set at most once a day', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const me = await idOf(who, room);
    for (let visit = 0; visit < 4; visit += 1) {
      moveClock(25 * DAY);
      const first = await who.http.get('/room').expect(200);
      const expires = new Date(/Expires=([^;]+)/.exec(String(first.headers['set-cookie']))?.[1] ?? '');
      expect(Math.round((expires.getTime() - Date.now()) / DAY)).toBe(30);
      for (const again of [await who.http.get('/room'), await who.http.get(`/room/${room}`)])
        expect(again.headers['set-cookie']).toBeUndefined();
      moveClock(DAY / 2);
      expect((await who.http.get('/room')).headers['set-cookie']).toBeUndefined();
      expect(await idOf(who, room)).toBe(me);
    }
    moveClock(31 * DAY);
    expect(await idOf(who, room)).not.toBe(me);
  });

  test('of an earlier version, which does not know its last visit, lives on, too', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const me = await idOf(who, room);
    const sid = /^connect\.sid=s%3A([^.]+)/.exec(who.cookie)?.[1] ?? '';
    await new Promise<void>((resolve, reject) => {
      app.store.sessions.get(sid, (_error: unknown, session) => {
        if (!session) return reject(new Error('there is no such session'));
        delete session.renewedAt;
        app.store.sessions.set(sid, session, () => resolve());
      });
    });
    expect((await who.http.get('/room')).headers['set-cookie']).toBeDefined();
    expect(await idOf(who, room)).toBe(me);
  });

  test('lives on while a page stays open and connects again now and then', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const me = await idOf(who, room);
    for (const transports of [['websocket'], ['polling'], ['websocket']]) {
      moveClock(25 * DAY);
      (await who.chat({ transports })).disconnect();
    }
    const known = await request(app.url).get(`/room/${room}`).set('cookie', who.cookie).expect(200);
    expect(known.text).toContain(`data-me="${String(me)}"`);
  });

  test('is not renewed by a GIF, which browsers keep, or by a look ahead', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    await who.http.post(`/room/${room}/gif`).attach('gif', gif(), 'a.gif').expect(200);
    const { body } = (await who.http.get(`/room/${room}/chats`)) as { body: { chats: { gif?: string }[] } };
    const file = body.chats.find((chat) => chat.gif !== undefined)?.gif ?? '';
    moveClock(2 * DAY);
    const answers = [
      await who.http.get(`/gif/${file}`).expect(200),
      await who.http.get('/main.css').expect(200),
      await who.http.get('/room').set('sec-purpose', 'prefetch').expect(200),
    ];
    for (const answer of answers) expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await who.http.get('/room')).headers['set-cookie']).toBeDefined();
  });
});

describe('with sessions that take 200 ms to store', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({}, withSlowSessions);
  });
  afterAll(() => app.stop());

  test('a socket that the page opens at once finds its session', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const page = await request(app.url).get(`/room/${room}`).expect(200);
    const cookie = String(page.headers['set-cookie']).split(';')[0] ?? '';
    const socket = io(`${app.url}/chat`, {
      forceNew: true,
      transports: ['websocket'],
      extraHeaders: { cookie },
    });
    await once(socket, 'connect');
    expect(await ask(socket, 'join', { room, after: 0 })).toMatchObject({ ok: true });
    socket.disconnect();
  });

  test('a new visitor who creates a secret room is let in at once', async () => {
    const made = await request(app.url)
      .post('/room')
      .type('form')
      .send({ title: '방', max: '2', password: '비밀' })
      .expect(302);
    const cookie = String(made.headers['set-cookie']).split(';')[0] ?? '';
    const page = request(app.url).get(String(made.headers['location'])).set('cookie', cookie);
    await page.redirects(1).expect(200);
  });
});
