import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import type { SentChat } from '../../src/types/events';
import { ask, createRoom, heard, join, person, startApp, until, type TestApp } from '../support/app';
import { bytes, comment, gif, image, lzw, screen, trailer } from '../support/gif';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const history = async (http: { get(url: string): request.Test }, room: string, query = '') =>
  (await http.get(`/room/${room}/chats${query}`).expect(200)).body as { chats: SentChat[]; more: boolean };

const filesOf = async (folder: string) => readdir(path.join(app.uploadsDir, folder));

describe('a chat over HTTP', () => {
  test('is stored, sent to the room and answered with ok, from JSON and from a form', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const socket = await owner.chat();
    await join(socket, room);
    const seen = heard(socket, 'chats', (chats) => chats.some(({ kind }) => kind === 'chat'));
    await guest.http.post(`/room/${room}/chat`).send({ chat: '제이슨' }).expect(200, 'ok');
    // A person without a socket gets a place by the first chat, which the log shows as a join.
    expect((await seen).map(({ kind }) => kind)).toEqual(['join', 'chat']);
    await guest.http.post(`/room/${room}/chat`).type('form').send({ chat: '폼' }).expect(200, 'ok');
    const { chats } = await history(guest.http, room);
    expect(chats.map((chat) => ('chat' in chat ? chat.chat : '')).slice(2)).toEqual(['제이슨', '폼']);
    expect((await app.store.rooms.get(room))?.count).toBe(2);
  });

  test('is answered with its number, and with the same number when it is sent again', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    for (let time = 0; time < 2; time += 1) {
      await who.http
        .post(`/room/${room}/chat`)
        .send({ chat: '한 번', nonce: 'n1' })
        .expect(200, 'ok')
        .expect('chat-seq', '2');
      await who.http
        .post(`/room/${room}/gif`)
        .field('nonce', 'n2')
        .attach('gif', gif(), 'a.gif')
        .expect(200, 'ok')
        .expect('chat-seq', '3');
    }
  });

  test('from a page’s form leads back to the room, or shows the page again with the text if it is refused', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const html = 'text/html,application/xhtml+xml,*/*;q=0.8';
    await who.http
      .post(`/room/${room}/chat`)
      .set('accept', html)
      .type('form')
      .send({ chat: '안녕' })
      .expect(303)
      .expect('location', `/room/${room}`);
    const again = await who.http
      .post(`/room/${room}/chat`)
      .set('accept', html)
      .type('form')
      .send({ chat: 'ㅋ'.repeat(2001) })
      .expect(400);
    expect(again.text).toContain('ㅋ'.repeat(2001));
    expect(again.text).toContain('2,000자까지 보낼 수 있습니다. 지금은 2,001자입니다.');
    await who.http
      .post(`/room/${'0'.repeat(24)}/chat`)
      .set('accept', html)
      .type('form')
      .send({ chat: 'x' })
      .expect(303);
  });

  test.each([
    {},
    { chat: '' },
    { chat: ' \n ' },
    { chat: { $ne: null } },
    { chat: ['x'] },
    { chat: 'x'.repeat(2001) },
  ])('%j is refused', async (body) => {
    const who = await person(app);
    const room = await createRoom(who);
    const answer = await who.http.post(`/room/${room}/chat`).send(body).expect(400);
    expect(answer.body).toMatchObject({ error: { code: 'BAD_REQUEST' } });
  });

  test('that is sent again with its nonce is stored once', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    await who.http.post(`/room/${room}/chat`).send({ chat: '한 번', nonce: 'n' }).expect(200);
    await who.http.post(`/room/${room}/chat`).send({ chat: '한 번', nonce: 'n' }).expect(200);
    expect((await history(who.http, room)).chats.filter(({ kind }) => kind === 'chat')).toHaveLength(1);
  });

  test('that a page’s form sends twice is stored once; another one from the same page, shown again, is stored too', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const page = await who.http.get(`/room/${room}`).expect(200);
    const once = /name="once" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    for (const chat of ['한 번', '한 번', '다른 말'])
      await who.http.post(`/room/${room}/chat`).type('form').send({ chat, once }).expect(200);
    for (const name of ['a.gif', 'a.gif', 'b.gif'])
      await who.http.post(`/room/${room}/gif`).field('once', once).attach('gif', gif(), name).expect(200);
    const kinds = (await history(who.http, room)).chats.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'join')).toEqual(['chat', 'chat', 'gif', 'gif']);
  });

  test('is refused by a secret room without the password, and by a full room without a place', async () => {
    const [owner, stranger] = [await person(app), await person(app)];
    const secret = await createRoom(owner, { password: '비밀' });
    const answer = await stranger.http.post(`/room/${secret}/chat`).send({ chat: '들어간다' }).expect(403);
    expect(answer.body).toMatchObject({ error: { code: 'NOT_ADMITTED' } });
    await stranger.http.get(`/room/${secret}/chats`).expect(403);
    const full = await createRoom(owner, { max: 2 });
    await join(await (await person(app)).chat(), full);
    await stranger.http.post(`/room/${full}/chat`).send({ chat: '나도' }).expect(409);
  });
});

describe('history', () => {
  test('is read in pages in both directions, oldest first, and says whether there is more', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const socket = await who.chat();
    await join(socket, room);
    for (let i = 2; i <= 120; i++) await ask(socket, 'chat', { room, chat: String(i) });
    const seqs = async (query: string) => {
      const { chats, more } = await history(who.http, room, query);
      return [chats[0]?.seq, chats.at(-1)?.seq, chats.length, more];
    };
    expect(await seqs('')).toEqual([71, 120, 50, true]);
    expect(await seqs('?before=71')).toEqual([21, 70, 50, true]);
    expect(await seqs('?before=21')).toEqual([1, 20, 20, false]);
    expect(await seqs('?after=0&limit=100')).toEqual([1, 100, 100, true]);
    expect(await seqs('?after=100&limit=100')).toEqual([101, 120, 20, false]);
    expect(await seqs('?after=120')).toEqual([undefined, undefined, 0, false]);
    for (const query of [
      '?limit=0',
      '?limit=101',
      '?before=x',
      '?before=-1',
      '?before=1&after=1',
      '?limit=1e2',
    ]) {
      await who.http.get(`/room/${room}/chats${query}`).expect(400);
    }
    const page = await who.http.get(`/room/${room}`).expect(200);
    expect(page.text).toContain('data-seq="71"');
    expect(page.text).not.toContain('data-seq="70"');
  }, 60_000);

  test('counts a GIF as its row, however large its file is', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    await join(await who.chat(), room);
    const data = lzw([...randomBytes(490_000)], 8);
    const large = bytes(screen(), image({ width: 700, height: 700, codeSize: 8, data }), trailer);
    expect(large.length).toBeGreaterThan(262_144);
    for (let n = 0; n < 3; n++)
      await who.http.post(`/room/${room}/gif`).attach('gif', large, 'a.gif').expect(200);
    const { chats, more } = await history(who.http, room);
    expect(chats.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(more).toBe(false);
  });

  test('of very long chats has shorter pages, and none is left out between them', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const socket = await who.chat();
    await join(socket, room);
    for (let i = 2; i <= 60; i++) await ask(socket, 'chat', { room, chat: '👋'.repeat(2_000) });
    const all = Array.from({ length: 60 }, (_, index) => index + 1);

    const forward: number[] = [];
    for (let more = true; more;) {
      const page = await history(who.http, room, `?after=${String(forward.at(-1) ?? 0)}&limit=100`);
      expect(JSON.stringify(page.chats).length).toBeLessThan(262_144);
      forward.push(...page.chats.map(({ seq }) => seq));
      more = page.more;
    }
    expect(forward).toEqual(all);

    const back: number[] = [];
    for (let more = true; more;) {
      const page = await history(who.http, room, `?before=${String(back[0] ?? 61)}&limit=100`);
      back.unshift(...page.chats.map(({ seq }) => seq));
      more = page.more;
    }
    expect(back).toEqual(all);
  });

  test('is shown on the page with all text escaped', async () => {
    const who = await person(app);
    const room = await createRoom(who, { title: '<i>방</i>' });
    await who.http.post(`/room/${room}/chat`).send({ chat: '<script>alert(1)</script>' }).expect(200);
    const page = await who.http.get(`/room/${room}`).expect(200);
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.text).toContain('&lt;i&gt;방&lt;/i&gt;');
    expect(page.text).not.toContain('<i>방</i>');
  });
});

describe('a GIF', () => {
  test('is stored with a random name, sent to the room, and served only to people who may read the room', async () => {
    const [owner, stranger] = [await person(app), await person(app)];
    const room = await createRoom(owner, { password: '비밀' });
    const socket = await owner.chat();
    await join(socket, room);
    const seen = heard(socket, 'chats', (chats) => chats.some(({ kind }) => kind === 'gif'));
    const bytes = Buffer.from(gif({ width: 3, height: 2, frames: 2 }));
    await owner.http
      .post(`/room/${room}/gif`)
      .field('nonce', 'g1')
      .attach('gif', bytes, 'a#b?.gif')
      .expect(200, 'ok');
    const said = (await seen).find((chat) => chat.kind === 'gif');
    expect(said).toMatchObject({
      kind: 'gif',
      width: 3,
      height: 2,
      nonce: 'g1',
      gif: expect.stringMatching(new RegExp(`^${room}/[0-9a-f]{32}\\.gif$`)) as string,
    });
    const url = `/gif/${String(said?.gif)}`;
    const file = await owner.http
      .get(url)
      .expect(200)
      .expect('content-type', 'image/gif')
      .expect('x-content-type-options', 'nosniff');
    expect(file.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(bytes.equals(file.body as Buffer)).toBe(true);
    const etag = String(file.headers['etag']);
    await owner.http.get(url).set('if-none-match', etag).expect(304);
    await owner.http.head(url).expect(200).expect('content-length', String(bytes.length));
    await stranger.http.get(url).set('if-none-match', etag).expect(403);
    await stranger.http.get(url).expect(403);
    await request(app.url).get(url).expect(403);
    await owner.http
      .post(`/room/${room}/gif`)
      .field('nonce', 'g1')
      .attach('gif', bytes, 'again.gif')
      .expect(200, 'ok');
    await until(async () => (await filesOf(room)).length === 1);
    await owner.http.get(`/gif/${room}/..%2f..%2fpackage.json`).expect(404);
  });

  test('is stored without comments and attached data, and with the size in which browsers show it', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const [picture, more] = [image({ width: 120, height: 90 }), image({ pattern: 1 })];
    const tiny = screen({ width: 1, height: 1 });
    const sent = bytes(tiny, comment('where it was taken'), picture, more, trailer, 'PK an archive');
    await who.http.post(`/room/${room}/gif`).attach('gif', sent, 'a.gif').expect(200, 'ok');
    const said = (await history(who.http, room)).chats.find((chat) => chat.kind === 'gif');
    expect(said).toMatchObject({ width: 120, height: 90 });
    const file = await who.http.get(`/gif/${String(said?.gif)}`).expect(200);
    expect(file.body).toEqual(bytes(screen({ width: 120, height: 90 }), picture, more, trailer));
  });

  test.each([
    ['5MB', Buffer.alloc(6 * 1024 * 1024)],
    ['4096픽셀', gif({ width: 5_000, height: 1 })],
    ['500장', gif({ frames: 501 })],
    ['2억 픽셀', gif({ width: 4_000, height: 2_000, frames: 26 })],
    ['800만 픽셀', gif({ width: 4_000, height: 2_001 })],
  ])(
    'of more than %s is refused, and the error names the bound, in JSON and on the page',
    async (bound, file) => {
      const who = await person(app);
      const room = await createRoom(who);
      const send = () => who.http.post(`/room/${room}/gif`).attach('gif', file, 'a.gif');
      const { body } = await send().expect(413);
      expect(body.error).toEqual({ code: 'TOO_LARGE', message: expect.stringContaining(bound) as string });
      const page = await send().set('accept', 'text/html').expect(413);
      expect(page.text).toContain(body.error.message);
    },
  );

  test.each([
    ['no file at all', 400, (test: request.Test) => test.field('nonce', 'x')],
    [
      'a wrong field',
      400,
      (test: request.Test) =>
        test.attach('file', Buffer.from(gif({ width: 1, height: 1, frames: 1 })), 'a.gif'),
    ],
    [
      'an HTML page that claims to be one',
      415,
      (test: request.Test) =>
        test.attach('gif', Buffer.from('<script>1</script>'), {
          filename: 'a.gif',
          contentType: 'image/gif',
        }),
    ],
    [
      'half a GIF',
      415,
      (test: request.Test) =>
        test.attach('gif', Buffer.from(gif({ width: 9, height: 9, frames: 2 })).subarray(0, 40), 'a.gif'),
    ],
    [
      'one with a nonce of 65 characters',
      400,
      (test: request.Test) => test.field('nonce', 'x'.repeat(65)).attach('gif', gif(), 'a.gif'),
    ],
    [
      'one with an empty nonce',
      400,
      (test: request.Test) => test.field('nonce', '').attach('gif', gif(), 'a.gif'),
    ],
    [
      'one with a field inside a field',
      400,
      (test: request.Test) => test.field('x[y]', '1').attach('gif', gif(), 'a.gif'),
    ],
    ['6 MiB', 413, (test: request.Test) => test.attach('gif', Buffer.alloc(6 * 1024 * 1024), 'a.gif')],
    [
      'one of 5000 pixels',
      413,
      (test: request.Test) =>
        test.attach('gif', Buffer.from(gif({ width: 5000, height: 1, frames: 1 })), 'a.gif'),
    ],
  ])('%s is refused with %i and leaves no file', async (_what, status, send) => {
    const who = await person(app);
    const room = await createRoom(who);
    const answer = await send(who.http.post(`/room/${room}/gif`)).expect(status);
    expect(answer.body).toMatchObject({ error: { message: expect.any(String) as string } });
    expect(await filesOf(room)).toEqual([]);
    expect(await filesOf('.incoming')).toEqual([]);
  });

  test.each([
    ['too large', 413, 'gif', Buffer.alloc(6 * 1024 * 1024)],
    ['no GIF', 415, 'gif', Buffer.from('<script>1</script>')],
    ['in a wrong field', 400, 'file', gif()],
  ])(
    'from a page’s form that is %s shows the room again, with the error',
    async (_what, status, field, file) => {
      const who = await person(app);
      const room = await createRoom(who);
      const page = await who.http
        .post(`/room/${room}/gif`)
        .set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8')
        .attach(field, file, 'a.gif')
        .expect(status);
      expect(page.text).toContain('id="chat-form"');
      expect(page.text).toMatch(/id="composer-error"[^>]*>[^<]+</);
    },
  );

  test('is stored whatever its file name is', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const bytes = Buffer.from(gif({ width: 1, height: 1, frames: 1 }));
    for (const name of [`${'긴'.repeat(300)}.gif`, '../../evil.html', 'x']) {
      await who.http.post(`/room/${room}/gif`).attach('gif', bytes, name).expect(200);
    }
    expect(await filesOf(room)).toHaveLength(3);
  });

  test('from a person who is not admitted, or to an ephemeral room, is refused and leaves no file', async () => {
    const [owner, stranger] = [await person(app), await person(app)];
    const bytes = Buffer.from(gif({ width: 1, height: 1, frames: 1 }));
    const secret = await createRoom(owner, { password: '비밀' });
    await stranger.http.post(`/room/${secret}/gif`).attach('gif', bytes, 'a.gif').expect(403);
    const passing = await createRoom(owner, { ephemeral: true });
    await owner.http.post(`/room/${passing}/gif`).attach('gif', bytes, 'a.gif').expect(403);
    // The answer does not wait until the file is deleted, so wait here.
    for (const folder of [secret, passing, '.incoming']) {
      await until(async () => (await filesOf(folder)).length === 0);
    }
  });

  test('is deleted with its room', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    await who.http
      .post(`/room/${room}/gif`)
      .attach('gif', Buffer.from(gif({ width: 1, height: 1, frames: 1 })), 'a.gif')
      .expect(200);
    const list = await who.list();
    const removed = new Promise((resolve) => list.on('removeRoom', resolve));
    await who.http.post(`/room/${room}/leave`).expect(303);
    await removed;
    await until(async () => !(await filesOf('.')).includes(room));
    const url = `/gif/${room}/${'0'.repeat(32)}.gif`;
    const inPage = await who.http.get(url).set('accept', 'image/avif,image/webp,*/*;q=0.8').expect(404);
    expect(inPage.body).toMatchObject({ error: { code: 'ROOM_NOT_FOUND' } });
    await who.http.get(url).set('accept', 'text/html').expect(302);
  });
});
