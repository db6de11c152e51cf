import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { ask, createRoom, heard, join, person, startApp, type TestApp } from '../support/app';
import { LISTINGS } from '../../src/lab/listings';
import { languages, LANGUAGES } from '../../src/locales';
import { gif } from '../support/gif';
import type { Joined } from '../../src/types/events';

const ENGLISH = { 'accept-language': 'en-US,en;q=0.9,ko;q=0.5' };
const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/;
const { ko, en } = languages;
/** What people wrote themselves. */
const title = 'Own words';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

function languageIn(html: string): string | undefined {
  return /<html lang="([^"]*)"/.exec(html)?.[1];
}

describe('the language of a page', () => {
  test.each([
    [undefined, 'ko'],
    ['en', 'en'],
    ['en-GB,ko;q=0.5', 'en'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['fr-FR,fr;q=0.9', 'ko'],
    ['fr,en;q=0.1', 'en'],
    ['*', 'ko'],
  ])('follows the browser: Accept-Language %s gives %s', async (accepted, language) => {
    const asking = request(app.url).get('/');
    if (accepted !== undefined) void asking.set('accept-language', accepted);
    const page = await asking.expect(200);
    expect(languageIn(page.text)).toBe(language);
    expect(page.headers['vary']).toMatch(/Accept-Language, Cookie/i);
  });

  test('is changed by the link in the foot, for that page and for all that come after it', async () => {
    const reader = request.agent(app.url);
    const korean = await reader.get('/?before=0123456789abcdef01234567').expect(200);
    const link = /<a href="([^"]*)" lang="en" hreflang="en">English<\/a>/.exec(korean.text)?.[1] ?? '';
    expect(link).toBe('?before=0123456789abcdef01234567&amp;lang=en');
    const english = await reader.get(`/${link.replaceAll('&amp;', '&')}`).expect(200);
    expect(languageIn(english.text)).toBe('en');
    const [cookie = ''] = [english.headers['set-cookie']].flat();
    expect(cookie).toMatch(/^lang=en; Max-Age=31536000; Path=\/;.*SameSite=Lax$/);
    expect(languageIn((await reader.get('/room').expect(200)).text)).toBe('en');
    expect(english.text).toMatch(/lang="ko" hreflang="ko">한국어</);
    await reader.get('/?lang=ko').expect(200);
    expect(languageIn((await reader.get('/room')).text)).toBe('ko');
  });

  test.each(['fr', 'toString', '__proto__', ''])(
    'is not changed to one that we do not have: %s',
    async (code) => {
      const page = await request(app.url).get('/').query({ lang: code }).set(ENGLISH).expect(200);
      expect(languageIn(page.text)).toBe('en');
      expect(page.headers['set-cookie']).toBeUndefined();
      const kept = await request(app.url).get('/').set('cookie', `lang=${code}`).expect(200);
      expect(languageIn(kept.text)).toBe('ko');
    },
  );

  test('is not changed by a post', async () => {
    const answer = await request(app.url).post('/room?lang=en').send({ title: '' });
    expect([answer.headers['set-cookie']].flat().join()).not.toContain('lang=');
  });

  test('is changed without a password in the link', async () => {
    const owner = await person(app);
    const room = await createRoom(owner, { title, password: 'sesame' });
    const page = await owner.http.get(`/room/${room}?password=sesame`).expect(200);
    expect(page.text).toContain(`href="/room/${room}?lang=en"`);
    expect(page.text).not.toContain('sesame');
  });

  test('is kept for the path of the site alone', async () => {
    const below = await startApp({ publicUrl: new URL('https://example.org/chat') });
    try {
      const page = await request(below.url).get('/chat/?lang=en').expect(200);
      const [cookie] = [page.headers['set-cookie']].flat();
      expect(cookie).toMatch(/^lang=en;.* Path=\/chat;.*; Secure/);
    } finally {
      await below.stop();
    }
  });

  test('does not change what files say of themselves', async () => {
    const style = await request(app.url).get('/main.css?lang=en').expect(200);
    expect(style.headers['vary'] ?? '').not.toMatch(/cookie/i);
    expect(style.headers['set-cookie']).toBeUndefined();
  });
});

describe('errors', () => {
  test('are pages and JSON in the language of the reader; the codes stay', async () => {
    const page = await request(app.url).get('/nope').set(ENGLISH).set('accept', 'text/html').expect(404);
    expect(page.text).toContain(en.noRoute('GET', '/nope'));
    const json = await request(app.url)
      .get('/nope')
      .set(ENGLISH)
      .set('accept', 'application/json')
      .expect(404);
    expect(json.body).toEqual({ error: { code: 'PAGE_NOT_FOUND', message: en.refusals.PAGE_NOT_FOUND } });
  });

  test('of the create form stand beside its fields', async () => {
    const answer = await request(app.url).post('/room').set(ENGLISH).type('form').send({ title: '', max: 1 });
    expect(answer.status).toBe(400);
    for (const text of [en.refusals.BAD_REQUEST, en.fields.title, en.fields.max])
      expect(answer.text).toContain(text);
  });

  test('go to the list in Korean, as in the book, which shows them in the language of the reader', async () => {
    const reader = request.agent(app.url).set(ENGLISH);
    const answer = await reader.get('/room/0123456789abcdef01234567').set('accept', 'text/html').expect(302);
    expect(answer.headers['location']).toBe(`/?error=${encodeURIComponent('존재하지 않는 방입니다.')}`);
    const list = await reader.get(String(answer.headers['location'])).expect(200);
    expect(list.text).toContain(en.refusals.ROOM_NOT_FOUND);
    expect(list.text).not.toContain(ko.refusals.ROOM_NOT_FOUND);
    const theirs = await reader.get('/').query({ error: en.refusals.ROOM_NOT_FOUND });
    expect(theirs.text).not.toContain(en.refusals.ROOM_NOT_FOUND);
  });
});

describe('sockets', () => {
  test.each([
    ['Accept-Language', ENGLISH, ''],
    ['the cookie', {}, '; lang=en'],
  ])('are answered in the language of their handshake: %s', async (_by, headers, more) => {
    const reader = await person(app);
    const socket = await reader.chat({ extraHeaders: { cookie: reader.cookie + more, ...headers } });
    const answer = await ask<Joined>(socket, 'join', { room: '0123456789abcdef01234567', after: 0 });
    expect(answer).toEqual({ ok: false, code: 'ROOM_NOT_FOUND', message: en.refusals.ROOM_NOT_FOUND });
    const korean = await reader.chat();
    expect(await ask(korean, 'join', 'nonsense')).toMatchObject({ message: ko.refusals.BAD_REQUEST });
  });

  test('bring the Korean sentences of the book, in whatever language their readers are', async () => {
    const [reader, other] = [await person(app), await person(app)];
    const room = await createRoom(reader, { title });
    const book = await reader.chat({ extraHeaders: { cookie: reader.cookie, ...ENGLISH } });
    await ask(book, 'join', room);
    const coming = heard(book, 'join');
    const socket = await other.chat({ extraHeaders: { cookie: other.cookie, ...ENGLISH } });
    const { me } = await join(socket, room);
    expect(await coming).toMatchObject({ user: 'system', chat: `${me.color}님이 입장하셨습니다.` });
    const history = await other.http.get(`/room/${room}/chats`).set(ENGLISH).expect(200);
    expect(JSON.stringify(history.body)).toContain(`${me.color}님이 입장하셨습니다.`);
    // The page says the same in the language of its reader.
    const page = await other.http.get(`/room/${room}`).set(ENGLISH).expect(200);
    expect(page.text).toContain(`${me.color} joined.`);
    expect(page.text).not.toContain('입장하셨습니다');
  });
});

describe('every page', () => {
  /** All pages in all their states, by what they show. The people's own words are `Own words`. */
  async function pages(language: string): Promise<Map<string, string>> {
    const owner = await person(app);
    const guest = await person(app);
    for (const { http } of [owner, guest])
      void http.set('accept-language', language).set('accept', 'text/html');
    const found = new Map<string, string>();
    const note = (name: string, answer: { text: string }) => found.set(name, answer.text);
    const room = await createRoom(owner, { title, name: 'Ann' });
    const secret = await createRoom(owner, { title, password: 'sesame' });
    const passing = await createRoom(owner, { title, ephemeral: 'on' });
    const empty = await createRoom(owner, { title });
    await owner.http.post(`/room/${room}/chat`).type('form').send({ chat: 'Own words' }).expect(303);
    await guest.http.post(`/room/${room}/chat`).type('form').send({ chat: 'Own words' }).expect(303);
    await owner.http.post(`/room/${room}/gif`).attach('gif', gif(), 'own.gif').expect(303);
    await owner.http.post(`/room/${room}/name`).type('form').send({ name: 'Bea' }).expect(303);
    const { body } = await owner.http.get(`/room/${room}/chats`).set('accept', 'application/json');
    const { chats } = body as { chats: { seq: number; kind: string }[] };
    const said = chats.find(({ kind }) => kind === 'chat')?.seq ?? 0;
    await owner.http.post(`/room/${room}/chats/${String(said)}/takeback`).expect(303);
    await guest.http.post(`/room/${room}/leave`).expect(303);

    note('list', await owner.http.get('/').expect(200));
    note('list, no older', await owner.http.get('/?before=000000000000000000000000').expect(200));
    for (const code of ['ROOM_NOT_FOUND', 'BARRED', 'WRONG_PASSWORD', 'ROOM_FULL'] as const)
      note(`list, ${code}`, await owner.http.get('/').query({ error: ko.refusals[code] }).expect(200));
    note('create', await owner.http.get('/room').expect(200));
    note(
      'create, wrong',
      await owner.http.post('/room').type('form').send({ title: '', max: 1, name: '\n' }),
    );
    note('room, owner', await owner.http.get(`/room/${room}`).expect(200));
    note('room, guest', await guest.http.get(`/room/${room}`).expect(200));
    note('room, nothing said', await owner.http.get(`/room/${empty}`).expect(200));
    note('room, not stored', await owner.http.get(`/room/${passing}`).expect(200));
    note('room, refused', await owner.http.post(`/room/${room}/chat`).type('form').send({ chat: '' }));
    note('room, no GIF', await owner.http.post(`/room/${room}/gif`).attach('gif', Buffer.from('x'), 'x.gif'));
    note('password', await guest.http.get(`/room/${secret}`).expect(401));
    note(
      'password, wrong',
      await guest.http.post(`/room/${secret}/enter`).type('form').send({ password: 'x' }),
    );
    note('error', await guest.http.get('/nope').expect(404));
    note('lab', await owner.http.get('/lab').expect(200));
    for (const name of Object.keys(LISTINGS)) note(`lab, ${name}`, await owner.http.get(`/lab/${name}`));
    return found;
  }

  /** What a reader sees or hears of a page: without scripts, links to other languages and the listings of code. */
  function wordsOf(html: string): string {
    return html.replace(/<(style|pre)\b[\s\S]*?<\/\1>/g, '').replace(/<a [^>]*hreflang=[\s\S]*?<\/a>/g, '');
  }

  /** Where strings and functions stand in a language. */
  function pathsOf(value: unknown, at = ''): string[] {
    if (typeof value !== 'object' || value === null) return [at];
    return Object.entries(value)
      .flatMap(([key, part]) => pathsOf(part, `${at}.${key}`))
      .sort();
  }

  function stringsOf(value: unknown): string[] {
    if (typeof value === 'string') return [value];
    if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(stringsOf);
    return [];
  }

  test.each(LANGUAGES)('in %s has all of its words, and no others', async (language) => {
    const found = await pages(language);
    expect(found.size).toBe(23);
    for (const [name, html] of found) {
      expect([name, languageIn(html)]).toEqual([name, language]);
      const words = wordsOf(html);
      expect([name, /undefined|\[object|NaN|\bnull\b|words\./.exec(words)?.[0]]).toEqual([name, undefined]);
      expect([
        name,
        /(aria-label|title|placeholder)=""|<(h1|h2|legend|label|th|title)[^>]*>\s*<\/\2>/.exec(words)?.[0],
      ]).toEqual([name, undefined]);
      if (language === 'ko') expect([name, HANGUL.test(words)]).toEqual([name, true]);
      else expect([name, /.{0,40}[\uac00-\ud7a3].{0,40}/.exec(words)?.[0]]).toEqual([name, undefined]);
    }
  });

  test('names no word that is missing', async () => {
    const folder = path.resolve(__dirname, '../../views');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.html'));
    const named = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    const words = [...named.join().matchAll(/\bwords(\.[\w.]+)/g)].map(([, word = '']) => word);
    expect(words.length).toBeGreaterThan(60);
    const known = pathsOf(ko);
    const isKnown = (word: string) => known.some((one) => one === word || one.startsWith(`${word}.`));
    expect(words.filter((word) => !isKnown(word))).toEqual([]);
  });

  test('has lists of the same length in all languages, and no Korean word in another one', () => {
    for (const language of LANGUAGES) expect(pathsOf(languages[language])).toEqual(pathsOf(ko));
    expect(stringsOf({ ...en, name: '' }).filter((text) => HANGUL.test(text))).toEqual([]);
  });
});
