import request from 'supertest';
import type { RoomSummary } from '../../src/types/events';
import { ask, createRoom, join, person, startApp, until, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const errorPath = (text: string) => `/?error=${encodeURIComponent(text)}`;

describe('the list', () => {
  test('shows rooms with title, kind, places and owner, and starts no session', async () => {
    const who = await person(app);
    const [open, secret] = [
      await createRoom(who, { title: '열린 방' }),
      await createRoom(who, { title: '닫힌 방', password: '새면안되는말' }),
    ];
    const page = await request(app.url).get('/').expect(200);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.text).toContain('<title>GIF 채팅방</title>');
    expect(page.text).toMatch(new RegExp(`<tr[^>]*data-id="${open}"`));
    expect(page.text).toMatch(new RegExp(`<a[^>]*data-id="${secret}"[^>]*data-password="true"`));
    for (const word of [
      '채팅방 목록',
      '방 제목',
      '종류',
      '허용 인원',
      '방장',
      '비밀방',
      '공개방',
      '입장',
      '채팅방 생성',
    ]) {
      expect(page.text).toContain(word);
    }
    expect(page.text).not.toContain('새면안되는말');
  });

  test('has 50 rooms on a page, newest first, and continues with the older ones', async () => {
    const who = await person(app);
    const ids: string[] = [];
    for (let i = 0; i < 52; i++) ids.push(await createRoom(who, { title: `방 ${String(i)}` }));
    const first = await request(app.url).get('/').expect(200);
    const shown = [...first.text.matchAll(/<tr[^>]*data-id="([0-9a-f]{24})"/g)].map((match) => match[1]);
    expect(shown).toEqual(ids.slice(2).reverse());
    const second = await request(app.url)
      .get(`/?before=${String(shown.at(-1))}`)
      .expect(200);
    expect(second.text).toContain(`data-id="${String(ids[1])}"`);
    expect(second.text).not.toContain(`data-id="${String(ids[2])}"`);
  });

  test('shows an error text from the address only if it is one of ours', async () => {
    const ours = await request(app.url).get(errorPath('비밀번호가 틀렸습니다.'));
    expect(ours.text).toMatch(/error-message[^>]*>\s*비밀번호가 틀렸습니다\./);
    const theirs = await request(app.url).get(errorPath('여기로 송금하세요')).expect(200);
    expect(theirs.text).not.toContain('여기로 송금하세요');
    await request(app.url).get('/?error[a]=1&before[$ne]=1').expect(200);
  });

  test('is told at once of new and removed rooms, without their passwords', async () => {
    const who = await person(app);
    const list = await who.list();
    // News of the rooms of the test before may still come.
    const created = new Promise<RoomSummary>((resolve) => {
      list.on('newRoom', (one) => {
        if (one.title === '새 방') resolve(one);
      });
    });
    const room = await createRoom(who, { title: '새 방', password: '1234', max: 3 });
    expect(await created).toEqual({
      _id: room,
      title: '새 방',
      max: 3,
      owner: expect.stringMatching(/^#[0-9a-f]{6}$/) as string,
      password: true,
      ephemeral: false,
      count: 1,
      createdAt: expect.any(String) as string,
    });
    const removed = new Promise<void>((resolve) => {
      list.on('removeRoom', (id) => {
        if (id === room) resolve();
      });
    });
    await who.http.delete(`/room/${room}`).expect(200);
    await removed;
  });

  test('is told how many people are in a room', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const list = await owner.list();
    const counted = new Promise<{ count: number }>((resolve) => {
      list.on('updateRooms', (rooms) => {
        const own = rooms.find(({ _id }) => _id === room);
        if (own?.count === 2) resolve(own);
      });
    });
    await join(await guest.chat(), room);
    expect(await counted).toMatchObject({ _id: room, count: 2 });
  });

  test('is told who owns a room that was handed over, even if nobody joined or left', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const mine = await owner.chat();
    await join(mine, room);
    const { me } = await join(await guest.chat(), room);
    const list = await owner.list();
    const handedOver = new Promise<{ count: number }>((resolve) => {
      list.on('updateRooms', (rooms) => {
        const own = rooms.find(({ _id, owner: color }) => _id === room && color === me.color);
        if (own !== undefined) resolve(own);
      });
    });
    await ask(mine, 'handover', { room, userId: me.id });
    expect(await handedOver).toMatchObject({ _id: room, count: 2, owner: me.color });
  });
});

test('the list is not told of changes in a room that was removed right after them', async () => {
  const [owner, guest] = [await person(app), await person(app)];
  const list = await owner.list();
  const told: string[] = [];
  list.on('updateRooms', (rooms) => told.push(...rooms.map(({ _id }) => _id)));
  const [room, other] = [await createRoom(owner), await createRoom(owner)];
  await join(await guest.chat(), room);
  await owner.http.delete(`/room/${room}`).expect(200);
  // Changes are collected and sent together, so the packet that names the other room would name this one, too.
  await join(await guest.chat(), other);
  await until(async () => told.includes(other));
  expect(told).not.toContain(room);
});

describe('creating', () => {
  test('a room leads from the form to the room’s page', async () => {
    const who = await person(app);
    const form = await who.http.get('/room').expect(200);
    expect(form.text).toContain('<title>GIF 채팅방 생성</title>');
    const made = await who.http
      .post('/room')
      .type('form')
      .send({ title: ' 노드 스터디방 ', max: '2', password: '' })
      .expect(302);
    const page = await who.http.get(String(made.headers['location'])).expect(200);
    expect(page.text).toContain('노드 스터디방');
    for (const word of [
      'exit-btn',
      '방 나가기',
      '채팅 내용',
      'chat-list',
      'chat-form',
      'GIF 올리기',
      'accept="image/gif"',
      '전송',
    ]) {
      expect(page.text).toContain(word);
    }
  });

  test('a room by a form that is sent twice makes one room; anything else from the same page makes another', async () => {
    const who = await person(app);
    const form = await who.http.get('/room').expect(200);
    const once = /name="once" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    expect(once).not.toBe('');
    const make = async (fields: object) => {
      const form = { title: '한 번', max: '2', once, ...fields };
      const made = await who.http.post('/room').type('form').send(form).expect(302);
      return String(made.headers['location']);
    };
    const [first, second, ...others] = await Promise.all(
      [{}, {}, { title: '다른 방' }, { password: '비밀' }, { ephemeral: 'on' }, { max: '3' }].map(make),
    );
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(5);
    const stranger = await person(app);
    const theirs = await stranger.http.post('/room').type('form').send({ title: '한 번', max: '2', once });
    expect(theirs.headers['location']).not.toBe(first);
  });

  test.each([
    [{ title: '', max: '10' }, '방 제목을'],
    [{ title: 'ㄱ'.repeat(101), max: '10' }, '방 제목을'],
    [{ title: '방', max: '1' }, '수용 인원은'],
    [{ title: '방', max: 'abc' }, '수용 인원은'],
    [{ title: '방', max: '2.5' }, '수용 인원은'],
    [{ title: '방', max: 'Infinity' }, '수용 인원은'],
    [{ title: '방', max: '501' }, '수용 인원은'],
    [{ title: '방', max: '10', password: 'x'.repeat(101) }, '비밀번호는'],
  ])('a room with %j shows the form again, filled in, with the error', async (fields, text) => {
    const who = await person(app);
    const page = await who.http.post('/room').type('form').send(fields).expect(400);
    expect(page.type).toBe('text/html');
    expect(page.text).toContain(text);
    if (fields.title !== '') expect(page.text).toContain(`value="${fields.title}"`);
    const json = await who.http.post('/room').set('accept', 'application/json').send(fields).expect(400);
    expect(json.body).toMatchObject({ error: { code: 'BAD_REQUEST' } });
  });

  test('a room with a title of 90 KB, or with objects in its fields, is refused', async () => {
    const who = await person(app);
    await who.http
      .post('/room')
      .type('form')
      .send({ title: 'x'.repeat(90_000), max: '10' })
      .expect(413);
    await who.http
      .post('/room')
      .send({ title: { $ne: null }, max: [2], password: {} })
      .expect(400);
  });
});

describe('entering a room', () => {
  test('that does not exist leads to the list with the book’s error, and gives 404 as JSON', async () => {
    const who = await person(app);
    for (const id of ['0'.repeat(24), 'not-an-id', '__proto__']) {
      await who.http.get(`/room/${id}`).expect(302).expect('location', errorPath('존재하지 않는 방입니다.'));
    }
    await who.http.get('/room/%E0%A4%A').expect(400);
    const json = await who.http.get('/room/nope').set('accept', 'application/json').expect(404);
    expect(json.body).toEqual({ error: { code: 'ROOM_NOT_FOUND', message: '존재하지 않는 방입니다.' } });
  });

  test.each(['0'.repeat(24), 'A'.repeat(24), `${'0'.repeat(24)} `, 'x'.repeat(4_000), '..%2froom'])(
    'that does not exist gives the same answers at every door, whatever its id looks like: %s',
    async (id) => {
      const { http } = await person(app);
      const room = `/room/${id}`;
      const list = errorPath('존재하지 않는 방입니다.');
      for (const send of [
        () => http.get(room),
        () => http.post(`${room}/enter`).type('form').send({ password: 'x' }),
        () => http.post(`${room}/chat`).type('form').send({ chat: '안녕' }),
        () => http.post(`${room}/name`).type('form').send({ name: '새 이름' }),
        () => http.post(`${room}/chats/1/takeback`),
        () => http.delete(room),
        () => http.get(`${room}/chats`),
      ]) {
        const script = await send().set('accept', 'application/json').expect(404);
        expect(script.body).toMatchObject({ error: { code: 'ROOM_NOT_FOUND' } });
        const page = await send().set('accept', 'text/html');
        expect([page.status, page.headers['location']]).toEqual([
          page.request.method === 'GET' ? 302 : 303,
          list,
        ]);
      }
      await http.post(`${room}/leave`).expect(303).expect('location', '/');
      // If a chat is wrong and its room's id is, too, a page's form and a script both get the reason of the chat.
      await http.post(`${room}/chat`).type('form').set('accept', 'text/html').send({ chat: '' }).expect(400);
    },
  );

  test.each(['a&b', 'a#b', 'a+b', 'null', '%41', '  띄 어  ', '\'"<b>'])(
    'that is secret works with the password %j, and later without it',
    async (password) => {
      const [owner, guest] = [await person(app), await person(app)];
      const room = await createRoom(owner, { password });
      await guest.http.get(`/room/${room}`).expect(401);
      await guest.http
        .post(`/room/${room}/enter`)
        .type('form')
        .send({ password })
        .expect(303)
        .expect('location', `/room/${room}`);
      await guest.http.get(`/room/${room}`).expect(200);
      const other = await person(app);
      await other.http.get(`/room/${room}`).query({ password }).expect(200);
    },
  );

  test('that is secret needs the right password, but not from its creator', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner, { password: '비밀' });
    await owner.http.get(`/room/${room}`).expect(200);
    const asked = await guest.http.get(`/room/${room}`).expect(401);
    expect(asked.text).toContain(`action="/room/${room}/enter"`);
    await guest.http
      .get(`/room/${room}?password=wrong`)
      .expect(302)
      .expect('location', errorPath('비밀번호가 틀렸습니다.'));
    const wrong = await guest.http
      .post(`/room/${room}/enter`)
      .type('form')
      .send({ password: 'wrong' })
      .expect(401);
    expect(wrong.text).toContain('비밀번호가 틀렸습니다.');
    await guest.http.get(`/room/${room}`).expect(401);
  });

  test('without a password asks for it again, unless the room is missing or the person was kicked', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const [secret, open] = [await createRoom(owner, { password: 'x' }), await createRoom(owner)];
    const json = { accept: 'application/json' };
    const page = await guest.http.post(`/room/${secret}/enter`).type('form').send({}).expect(401);
    expect(page.text).toContain(`action="/room/${secret}/enter"`);
    expect(page.text).toContain('비밀번호가 틀렸습니다.');
    for (const body of [{}, { password: 7 }, { password: 'x'.repeat(101) }]) {
      const answer = await guest.http.post(`/room/${secret}/enter`).set(json).send(body).expect(400);
      expect(answer.body).toMatchObject({ error: { code: 'BAD_REQUEST' } });
    }
    await guest.http
      .post(`/room/${open}/enter`)
      .type('form')
      .send({})
      .expect(303)
      .expect('location', `/room/${open}`);
    const nowhere = `/room/${'0'.repeat(24)}/enter`;
    await guest.http.post(nowhere).set(json).send({}).expect(404);
    await guest.http.post(nowhere).type('form').send({}).expect(303);

    await guest.http.post(`/room/${secret}/enter`).type('form').send({ password: 'x' }).expect(303);
    const socket = await owner.chat();
    await join(socket, secret);
    const { me } = await join(await guest.chat(), secret);
    await ask(socket, 'kick', { room: secret, userId: me.id });
    for (const body of [{}, { password: 'x' }]) {
      await guest.http.post(`/room/${secret}/enter`).set(json).send(body).expect(403);
      await guest.http
        .post(`/room/${secret}/enter`)
        .type('form')
        .send(body)
        .expect(303)
        .expect('location', errorPath('내보내진 방입니다.'));
    }
  });

  test('that is full is possible only for people who have a place in it', async () => {
    const [owner, guest, third] = [await person(app), await person(app), await person(app)];
    const room = await createRoom(owner, { max: 2 });
    await join(await guest.chat(), room);
    await third.http
      .get(`/room/${room}`)
      .expect(302)
      .expect('location', errorPath('허용 인원이 초과하였습니다.'));
    await third.http.get(`/room/${room}`).set('accept', 'application/json').expect(409);
    await guest.http.get(`/room/${room}`).expect(200);
  });

  test('takes no place by only looking at its page', async () => {
    const [owner, guest, third] = [await person(app), await person(app), await person(app)];
    const room = await createRoom(owner, { max: 2 });
    await guest.http.get(`/room/${room}`).expect(200);
    await third.http.get(`/room/${room}`).expect(200);
    expect((await app.store.rooms.get(room))?.count).toBe(1);
  });
});

describe('the address of a form', () => {
  test.each(['enter', 'chat', 'gif', 'name', 'leave', 'chats/1/takeback'])(
    '/room/:id/%s leads to the room when it is opened as a page',
    async (form) => {
      const room = await createRoom(await person(app));
      const answer = await request(app.url).get(`/room/${room}/${form}?password=x`).expect(302);
      expect(answer.headers['location']).toBe(`/room/${room}`);
      expect(answer.headers['set-cookie']).toBeUndefined();
    },
  );

  test('with something else than a room’s id stays on this site', async () => {
    const answer = await request(app.url).get('/room/%2F%2Fexample.org%2F..%2F../enter').expect(302);
    expect(answer.headers['location']).toBe('/room/%2F%2Fexample.org%2F..%2F..');
  });
});

describe('removing a room', () => {
  test('is allowed to its owner only, and afterwards the room is missing for everybody', async () => {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const socket = await guest.chat();
    await join(socket, room);
    await guest.http.post(`/room/${room}/chat`).send({ chat: '안녕' }).expect(200);
    const refused = await guest.http.delete(`/room/${room}`).expect(403);
    expect(refused.body).toMatchObject({ error: { code: 'FORBIDDEN' } });
    await (await person(app)).http.delete(`/room/${'0'.repeat(24)}`).expect(404);
    const list = await owner.list();
    const removed = new Promise((resolve) => list.on('removeRoom', resolve));
    await owner.http.delete(`/room/${room}`).expect(200, 'ok');
    await removed;
    await guest.http.post(`/room/${room}/chat`).send({ chat: '유령' }).expect(404);
    expect(await ask(socket, 'chat', { room, chat: '유령' })).toMatchObject({
      ok: false,
      code: 'ROOM_NOT_FOUND',
    });
    await guest.http.get(`/room/${room}/chats`).expect(404);
  });
});
