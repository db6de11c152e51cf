import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { Stored } from '../../src/services/chats';
import type { ChatEvents, Joined, SentChat } from '../../src/types/events';
import {
  ask,
  type ChatClient,
  createRoom,
  heard,
  join,
  once,
  person,
  startApp,
  type TestApp,
  until,
} from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** Two people in a new room that the first of them has created. Both joined as our page does. */
async function twoInARoom(fields: object = {}) {
  const [owner, guest] = await Promise.all([person(app), person(app)]);
  const room = await createRoom(owner, fields);
  const [a, b] = [await owner.chat(), await guest.chat()];
  const ofOwner = await join(a, room);
  const heardJoin = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'join'));
  const ofGuest = await join(b, room);
  await heardJoin;
  return { owner, guest, room, a, b, ofOwner, ofGuest };
}

/**
 * A program whose commits can be held: they are stored, but answered only after `release`. Events of one socket are
 * processed in order. So when a later event that needs no commit is answered, the earlier ones are known to wait.
 */
async function startHolding() {
  let held: Promise<void> | undefined;
  let begun = () => {};
  let release = () => {};
  let found = () => {};
  const isFound = new Promise<void>((resolve) => (found = resolve));
  const slow = await startApp({}, (store) => ({
    ...store,
    chats: {
      ...store.chats,
      isAny: async (...asked) => {
        const isAny = await store.chats.isAny(...asked);
        found();
        return isAny;
      },
    },
    rooms: {
      ...store.rooms,
      commit: async (...change) => {
        const isFirst = await store.rooms.commit(...change);
        begun();
        await held;
        return isFirst;
      },
    },
  }));
  return {
    slow,
    /** Resolves when it was found out for the first time whether somebody has ever been in a room. */
    isFound,
    /** Holds every commit from now on. Resolves when the first one is held: what comes now waits for the next commit. */
    hold: () => {
      held = new Promise((resolve) => (release = resolve));
      return new Promise<void>((resolve) => (begun = resolve));
    },
    release: () => {
      held = undefined;
      release();
    },
  };
}

function textOf(chat: SentChat): string {
  return (chat.kind === 'gif' ? chat.gif : chat.chat) ?? '';
}

describe('a join by our page', () => {
  test('is answered with who I am, the people in the order of their joins, and the chats that I missed', async () => {
    const { ofOwner, ofGuest, a, b } = await twoInARoom();
    expect(ofOwner).toMatchObject({ ok: true, seq: 1, more: false, ephemeral: false });
    expect(ofGuest.people).toEqual([
      { ...ofOwner.me, owner: true },
      { ...ofGuest.me, owner: false },
    ]);
    expect(ofGuest.missed.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['join', 1],
      ['join', 2],
    ]);
    expect(ofGuest.missed.map(textOf)).toEqual([
      `${ofOwner.me.color}님이 입장하셨습니다.`,
      `${ofGuest.me.color}님이 입장하셨습니다.`,
    ]);
    a.disconnect();
    b.disconnect();
  });

  test('with `after` gives the chats after that number, at most 200, and says whether there are more', async () => {
    const { a, b, room, guest } = await twoInARoom();
    await Promise.all(
      Array.from({ length: 210 }, (_, i) => ask(a, 'chat', { room, chat: `말 ${String(i)}` })),
    );
    const again = await guest.chat();
    const first = await join(again, room, 3);
    expect(first.missed).toHaveLength(200);
    expect(first.missed[0]?.seq).toBe(4);
    expect(first.more).toBe(true);
    expect((await join(again, room, first.missed.at(-1)?.seq)).more).toBe(false);
    for (const socket of [a, b, again]) socket.disconnect();
  });

  test('of a room that the socket is in is answered again and changes nothing', async () => {
    const { a, room, ofOwner } = await twoInARoom();
    const again = await join(a, room, 2);
    expect(again.me).toEqual(ofOwner.me);
    expect(again.missed).toEqual([]);
    expect(again.seq).toBe(2);
  });

  test('loses no later chat while others talk in an ephemeral room', async () => {
    // Over a network, others can read a commit before its own process has the answer.
    const far = await startApp({}, (store) => ({
      ...store,
      rooms: {
        ...store.rooms,
        get: async (id) => {
          await wait(5);
          return store.rooms.get(id);
        },
        commit: async (...change) => {
          const isFirst = await store.rooms.commit(...change);
          await wait(5);
          return isFirst;
        },
      },
    }));
    try {
      const owner = await person(far);
      const room = await createRoom(owner, { ephemeral: true });
      const speaker = await owner.chat();
      await join(speaker, room);
      let isOver = false;
      const talk = async () => {
        while (!isOver) await ask(speaker, 'chat', { room, chat: '흘러가는 말' });
      };
      const talks = Promise.all(Array.from({ length: 5 }, talk));
      for (let guest = 0; guest < 20; guest += 1) {
        const socket = await (await person(far)).chat();
        const packets: SentChat[][] = [];
        socket.on('chats', (chats) => packets.push(chats));
        const { seq } = await join(socket, room);
        const before = packets.length;
        await heard(socket, 'chats', (chats) => (chats.at(-1)?.seq ?? 0) > seq + 20);
        // Our page ignores chats up to the number in the answer, so what follows the answer must have higher numbers.
        expect(packets.slice(before).flat()[0]?.seq).toBeGreaterThan(seq);
        const told = packets.flat().map((chat) => chat.seq);
        const live = told.filter((number) => number > seq);
        expect(live).toEqual(live.map((_, index) => seq + 1 + index));
        await ask(socket, 'leave', room);
        socket.disconnect();
      }
      isOver = true;
      await talks;
    } finally {
      await far.stop();
    }
  });

  test('of another room leaves the first, even if the missed chats cannot be read', async () => {
    let isAway = false;
    const failing = await startApp({}, (store) => ({
      ...store,
      chats: {
        ...store.chats,
        page: (...range) => (isAway ? Promise.reject(new Error('away')) : store.chats.page(...range)),
      },
    }));
    try {
      const who = await person(failing);
      const [first, second] = [await createRoom(who), await createRoom(who)];
      const socket = await who.chat();
      await join(socket, first);
      isAway = true;
      expect(await ask(socket, 'join', { room: second, after: 0 })).toMatchObject({ code: 'UNAVAILABLE' });
      isAway = false;
      expect(await ask(socket, 'chat', { room: first, chat: '두 방에?' })).toMatchObject({ ok: false });
      expect((await join(socket, second)).missed.map(({ kind }) => kind)).toEqual(['join']);
    } finally {
      await failing.stop();
    }
  });

  test('is followed by the later chats of the same commit, also in an ephemeral room', async () => {
    const { slow, hold, release } = await startHolding();
    try {
      const [owner, guest] = [await person(slow), await person(slow)];
      const room = await createRoom(owner, { ephemeral: true });
      const [a, b] = [await owner.chat(), await guest.chat()];
      await join(a, room);
      const seen: SentChat[] = [];
      b.on('chats', (chats) => seen.push(...chats));
      const isHeld = hold();
      void ask(a, 'chat', { room, chat: '앞의 말' });
      await isHeld;
      const joined = join(b, room);
      await ask(b, 'typing', { room, typing: false });
      const said = ask<Stored>(a, 'chat', { room, chat: '뒤의 말' });
      await ask(a, 'typing', { room, typing: false });
      release();
      const { seq } = await joined;
      expect(await said).toMatchObject({ ok: true, seq: seq + 1 });
      const known = () => seen.some((chat) => chat.seq === seq + 1 && textOf(chat) === '뒤의 말');
      if (!known()) await heard(b, 'chats', known);
    } finally {
      await slow.stop();
    }
  });

  test('is refused if the same commit kicks the person again', async () => {
    const { slow, isFound, hold, release } = await startHolding();
    try {
      const [owner, guest] = [await person(slow), await person(slow)];
      const room = await createRoom(owner);
      const [a, b] = [await owner.chat(), await guest.chat()];
      await join(a, room);
      const { me } = await join(b, room);
      await ask(b, 'leave', room);
      const isHeld = hold();
      void ask(a, 'chat', { room, chat: '잠깐만요' });
      await isHeld;
      const joined = ask(b, 'join', { room, after: 0 });
      await ask(b, 'typing', { room, typing: false });
      const kicked = ask(a, 'kick', { room, userId: me.id });
      // Then the kick, too, waits for the next commit.
      await isFound;
      await ask(a, 'typing', { room, typing: false });
      release();
      expect(await kicked).toEqual({ ok: true });
      expect(await joined).toMatchObject({ ok: false, code: 'BARRED' });
    } finally {
      await slow.stop();
    }
  });

  test('that was not answered in time does not leave the socket in two rooms', async () => {
    const { slow, hold, release } = await startHolding();
    try {
      const who = await person(slow);
      const [first, second] = [await createRoom(who), await createRoom(who)];
      const socket = await who.chat();
      await join(socket, first);
      void hold();
      expect(await ask(socket, 'join', { room: second, after: 0 })).toMatchObject({ code: 'UNAVAILABLE' });
      release();
      await until(async () => {
        const people = (await slow.store.rooms.get(second))?.people ?? [];
        return people.every(({ entered, sockets }) => entered && sockets.length === 0);
      });
      expect(await ask(socket, 'chat', { room: first, chat: '여기 있어요' })).toMatchObject({ ok: true });
      const heardHere: SentChat[][] = [];
      socket.on('chats', (chats) => heardHere.push(chats));
      await who.http.post(`/room/${second}/chat`).send({ chat: '저기' }).expect(200);
      await ask(socket, 'chat', { room: first, chat: '여기' });
      expect(heardHere.flat().map((chat) => chat.room)).toEqual([first]);
    } finally {
      await slow.stop();
    }
  });

  test('of another room leaves the first, but a refused join changes nothing', async () => {
    const { a, b, room, guest } = await twoInARoom();
    const closedDoor = await createRoom(await person(app), { password: '비밀' });
    expect(await ask(b, 'join', { room: closedDoor, after: 0 })).toMatchObject({
      ok: false,
      code: 'NOT_ADMITTED',
    });
    expect(await ask(b, 'chat', { room, chat: '아직 여기' })).toMatchObject({ ok: true });
    const exit = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'exit'));
    const other = await createRoom(guest);
    await join(b, other);
    expect((await exit).at(-1)).toMatchObject({ kind: 'exit', user: 'system' });
    expect(await ask(b, 'chat', { room, chat: '밖에서' })).toMatchObject({ ok: false, code: 'NOT_ADMITTED' });
  });
});

describe('a chat by socket', () => {
  test('reaches everybody in the room, also the sender, with its number, and is acknowledged', async () => {
    const { a, b, room, ofGuest } = await twoInARoom();
    const [seenByA, seenByB] = [heard(a, 'chats'), heard(b, 'chats')];
    const ack = await ask(b, 'chat', { room, user: '거짓 이름', chat: '  안녕  ', nonce: 'n1' });
    expect(ack).toMatchObject({ ok: true, seq: 3 });
    const expected = {
      room,
      seq: 3,
      kind: 'chat',
      user: ofGuest.me.color,
      userId: ofGuest.me.id,
      chat: '안녕',
      nonce: 'n1',
    };
    expect(await seenByA).toEqual([expect.objectContaining(expected)]);
    expect(await seenByB).toEqual([expect.objectContaining(expected)]);
  });

  test('that is sent again with the same nonce is stored once and answered the same way', async () => {
    const { a, room, owner } = await twoInARoom();
    const first = await ask(a, 'chat', { room, chat: '한 번', nonce: 'same' });
    const [second, third] = await Promise.all([
      ask(a, 'chat', { room, chat: '한 번', nonce: 'same' }),
      ask(a, 'chat', { room, chat: '한 번', nonce: 'same' }),
    ]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    const { body } = await owner.http.get(`/room/${room}/chats`).expect(200);
    expect((body as { chats: SentChat[] }).chats.filter((chat) => textOf(chat) === '한 번')).toHaveLength(1);
  });

  test('sent by two people at the same time reaches both in the same order, without a gap', async () => {
    const { a, b, room } = await twoInARoom();
    const seen: Record<string, SentChat[]> = { a: [], b: [] };
    a.on('chats', (chats) => seen['a']?.push(...chats));
    b.on('chats', (chats) => seen['b']?.push(...chats));
    const all = heard(b, 'chats', (chats) => (chats.at(-1)?.seq ?? 0) >= 82);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => [
        ask(a, 'chat', { room, chat: `a${String(i)}` }),
        ask(b, 'chat', { room, chat: `b${String(i)}` }),
      ]).flat(),
    );
    await all;
    expect(seen['b']?.map(({ seq }) => seq)).toEqual(Array.from({ length: 80 }, (_, i) => i + 3));
    expect(seen['a']).toEqual(seen['b']);
  });

  test('that is empty, too long, or not a text is refused with BAD_REQUEST', async () => {
    const { a, room } = await twoInARoom();
    for (const chat of ['', '   ', 'ㅋ'.repeat(2001), { $ne: null }, ['x'], 7, null, undefined]) {
      expect(await ask(a, 'chat', { room, chat })).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
    }
    expect(await ask(a, 'chat', { room, chat: 'ㅋ'.repeat(2000) })).toMatchObject({ ok: true });
  });
});

/** Every field of every event, with this value. */
const fieldsOf = (value: object) => {
  const names = ['after', 'people', 'name', 'chat', 'nonce', 'to', 'typing', 'seq', 'userId'];
  return Object.fromEntries(names.map((name) => [name, value]));
};

describe('refusals', () => {
  test('a handshake with an empty `sid` in the address works like any other', async () => {
    const who = await person(app);
    const line = '/socket.io/?EIO=4&transport=polling&sid=';
    const opened = await who.http.get(line).expect(200);
    const { sid } = JSON.parse(opened.text.slice(1)) as { sid: string };
    const send = (packet: string) =>
      who.http
        .post(line + sid)
        .type('text/plain')
        .send(packet)
        .expect(200);
    await send('40/chat,');
    expect((await who.http.get(line + sid).expect(200)).text).toMatch(/^40\/chat,\{"sid"/);
    await send(`42/chat,0["leave","${'0'.repeat(24)}"]`);
    expect((await who.http.get(line + sid).expect(200)).text).toContain('ROOM_NOT_FOUND');
    await send('1');
  });

  test('what has a length that is no number is no text: each event says so', async () => {
    const socket = await (await person(app)).chat();
    const odd = { length: { toString: 1, valueOf: 1 } };
    const events = [
      ...(['join', 'leave', 'chat', 'whisper', 'typing'] as const),
      ...(['rename', 'takeback', 'kick', 'handover'] as const),
    ];
    for (const event of events)
      for (const payload of [odd, { room: odd }, { room: '0'.repeat(24), ...fieldsOf(odd) }])
        expect(await ask(socket, event, payload)).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
  });

  test.each(['head', 'put', 'patch', 'delete', 'options'] as const)(
    'a request of another method on an open connection is the mistake of who sent it: %s',
    async (method) => {
      const who = await person(app);
      const line = '/socket.io/?EIO=4&transport=polling&sid=';
      const opened = await who.http.get(line).expect(200);
      const { sid } = JSON.parse(opened.text.slice(1)) as { sid: string };
      await who.http[method](line + sid).expect(400);
    },
  );

  test.each(['get', 'post'] as const)(
    'a request on a connection that is a websocket is refused and does not wait: %s',
    async (method) => {
      const who = await person(app);
      const { id } = (await who.chat()).io.engine;
      await who.http[method](`/socket.io/?EIO=4&transport=websocket&sid=${id}`).timeout(10_000).expect(400);
    },
  );

  test('a socket without a session may connect, but its events are refused', async () => {
    const room = await createRoom(await person(app));
    const socket: ChatClient = io(`${app.url}/chat`, { forceNew: true, transports: ['websocket'] });
    await once(socket, 'connect');
    for (const [event, payload] of [
      ['join', room],
      ['leave', room],
      ['chat', { room, chat: '나는 누구' }],
      ['kick', { room, userId: 'x' }],
    ] as const) {
      expect(await ask(socket, event, payload)).toMatchObject({ ok: false, code: 'NOT_ADMITTED' });
    }
    socket.disconnect();
  });

  test('a stranger cannot join a secret room, or speak in a room without a place', async () => {
    const [owner, stranger] = [await person(app), await person(app)];
    const [secret, open] = [await createRoom(owner, { password: '비밀' }), await createRoom(owner)];
    const socket = await stranger.chat();
    expect(await ask(socket, 'join', secret)).toMatchObject({ ok: false, code: 'NOT_ADMITTED' });
    expect(await ask(socket, 'chat', { room: open, chat: '몰래' })).toMatchObject({
      ok: false,
      code: 'NOT_ADMITTED',
    });
    await stranger.http.post(`/room/${secret}/enter`).type('form').send({ password: '비밀' }).expect(303);
    expect(await ask(socket, 'join', secret)).toMatchObject({ ok: true });
  });

  test('a join is refused when it names no room: other ids, objects, arrays, null', async () => {
    const socket = await (await person(app)).chat();
    for (const target of [
      null,
      {},
      [],
      7,
      'x',
      '0'.repeat(24).toUpperCase() + '!',
      { room: { $ne: null }, after: 0 },
      socket.id,
    ]) {
      expect(await ask(socket, 'join', target)).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
    }
    expect(await ask(socket, 'join', '0'.repeat(24))).toMatchObject({ ok: false, code: 'ROOM_NOT_FOUND' });
  });

  test('no more than `max` people get in when many join at the same time', async () => {
    const owner = await person(app);
    const room = await createRoom(owner, { max: 3 });
    const sockets = await Promise.all(Array.from({ length: 8 }, async () => (await person(app)).chat()));
    const answers = await Promise.all(
      sockets.map((socket) => ask<Joined>(socket, 'join', { room, after: 0 })),
    );
    // One of the three places is held for the creator.
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
    expect(answers.filter((answer) => !answer.ok && answer.code === 'ROOM_FULL')).toHaveLength(6);
  });
});

describe('coming and going', () => {
  test.each([undefined, '/', 'https://elsewhere.example', 'https://elsewhere.example/room/', 'not a URL'])(
    'a socket whose Referer is %s connects and disconnects, and nobody leaves a room by that',
    async (referer) => {
      const owner = await person(app);
      const room = await createRoom(owner);
      const extraHeaders = { cookie: owner.cookie, ...(referer !== undefined && { referer }) };
      const socket = await owner.chat({ extraHeaders });
      const gone = once(socket, 'disconnect');
      socket.disconnect();
      await gone;
      const stranger = await person(app);
      const other = await stranger.chat({
        extraHeaders: { cookie: stranger.cookie, referer: `${app.url}/room/${room}` },
      });
      other.disconnect();
      const again = await owner.chat();
      expect((await join(again, room)).missed.map(({ kind }) => kind)).toEqual(['join']);
    },
  );

  test('a refresh of the page is no exit, and a second tab is no second person', async () => {
    const { a, b, guest, room } = await twoInARoom();
    const seen: SentChat[] = [];
    a.on('chats', (chats) => seen.push(...chats));
    const tab = await guest.chat();
    expect((await join(tab, room)).people).toHaveLength(2);
    b.disconnect();
    const again = await guest.chat();
    tab.disconnect();
    await join(again, room);
    await ask(again, 'chat', { room, chat: '돌아왔어요' });
    await heardOrSeen(a, seen, '돌아왔어요');
    expect(seen.map(({ kind }) => kind)).toEqual(['chat']);
  });

  test('a leave on purpose is announced at once, and the leave of the last person closes the room', async () => {
    const { a, b, room } = await twoInARoom();
    const exit = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'exit'));
    expect(await ask(b, 'leave', room)).toEqual({ ok: true });
    await exit;
    const list = await (await person(app)).list();
    const removed = new Promise<string>((resolve) => list.on('removeRoom', resolve));
    expect(await ask(a, 'leave', room)).toEqual({ ok: true });
    expect(await removed).toBe(room);
    expect(await ask(a, 'join', room)).toMatchObject({ ok: false, code: 'ROOM_NOT_FOUND' });
    expect(await ask(a, 'chat', { room, chat: '아직?' })).toMatchObject({
      ok: false,
      code: 'ROOM_NOT_FOUND',
    });
  });

  test('when the owner leaves, the person longest in the room becomes owner, and everybody is told', async () => {
    const { a, b, room, ofOwner, ofGuest } = await twoInARoom();
    const crowned = heard(b, 'chats', (chats) => chats.some(({ kind }) => kind === 'owner'));
    await ask(a, 'leave', room);
    expect((await crowned).map(({ kind }) => kind)).toEqual(['exit', 'owner']);
    expect((await crowned)[1]).toMatchObject({
      userId: ofGuest.me.id,
      chat: `${ofGuest.me.color}님이 방장이 되었습니다.`,
    });
    expect(await ask(b, 'kick', { room, userId: ofOwner.me.id })).toMatchObject({ ok: true });
  });

  test('a ninth tab of a person replaces the first', async () => {
    const owner = await person(app);
    const room = await createRoom(owner);
    const tabs = [];
    for (let i = 0; i < 8; i++) {
      tabs.push(await owner.chat());
      await join(tabs[i] as ChatClient, room);
    }
    const gone = once(tabs[0] as ChatClient, 'disconnect');
    await join(await owner.chat(), room);
    await gone;
    expect(await ask(tabs[1] as ChatClient, 'chat', { room, chat: '나는 여기' })).toMatchObject({ ok: true });
  });

  test('a leave over HTTP disconnects all tabs of the person, and nobody else', async () => {
    const { b, room, guest, a } = await twoInARoom();
    const gone = once(b, 'disconnect');
    await guest.http.post(`/room/${room}/leave`).expect(303).expect('location', '/');
    await gone;
    expect(await ask(a, 'chat', { room, chat: '나만' })).toMatchObject({ ok: true });
  });
});

describe('what an owner may do', () => {
  test('a kicked person is told, put out, and kept out over sockets and over HTTP', async () => {
    const { a, b, room, guest, ofOwner, ofGuest } = await twoInARoom();
    const kicked = heard(b, 'kicked');
    const said = heard(a, 'chats', (chats) => chats.some(({ kind }) => kind === 'kick'));
    expect(await ask(a, 'kick', { room, userId: ofGuest.me.id })).toEqual({ ok: true });
    expect(await kicked).toEqual({ room });
    expect((await said).at(-1)).toMatchObject({
      kind: 'kick',
      chat: `${ofGuest.me.color}님을 내보냈습니다.`,
      userId: ofGuest.me.id,
    });
    expect(await ask(b, 'join', room)).toMatchObject({ ok: false, code: 'BARRED' });
    await guest.http
      .get(`/room/${room}`)
      .expect(302)
      .expect('location', `/?error=${encodeURIComponent('내보내진 방입니다.')}`);
    await guest.http.post(`/room/${room}/chat`).send({ chat: '또 왔다' }).expect(403);
    await guest.http.get(`/room/${room}/chats`).expect(403);
    const silence: SentChat[][] = [];
    b.on('chats', (chats) => silence.push(chats));
    await ask(a, 'chat', { room, chat: '우리끼리' });
    for (const [event, payload] of [
      ['typing', { room, typing: true }],
      ['whisper', { room, to: ofOwner.me.id, chat: '들려요?' }],
      ['chat', { room, chat: '들려요?' }],
    ] as const) {
      expect(await ask(b, event, payload)).toMatchObject({ ok: false, code: 'NOT_ADMITTED' });
    }
    expect(silence).toEqual([]);
  });

  test('only the owner may kick people and hand the room over', async () => {
    const { a, b, room, ofOwner, ofGuest } = await twoInARoom();
    expect(await ask(b, 'kick', { room, userId: ofOwner.me.id })).toMatchObject({
      ok: false,
      code: 'FORBIDDEN',
    });
    expect(await ask(b, 'handover', { room, userId: ofGuest.me.id })).toMatchObject({
      ok: false,
      code: 'FORBIDDEN',
    });
    const crowned = heard(b, 'chats', (chats) => chats.some(({ kind }) => kind === 'owner'));
    expect(await ask(a, 'handover', { room, userId: ofGuest.me.id })).toEqual({ ok: true });
    expect((await crowned).at(-1)).toMatchObject({ userId: ofGuest.me.id });
    expect(await ask(a, 'kick', { room, userId: ofGuest.me.id })).toMatchObject({
      ok: false,
      code: 'FORBIDDEN',
    });
  });

  test('everybody in a room is told when it is removed', async () => {
    const { a, b, room, owner, guest } = await twoInARoom();
    const closed = [heard(a, 'roomClosed'), heard(b, 'roomClosed')];
    await guest.http.delete(`/room/${room}`).expect(403);
    await owner.http.delete(`/room/${room}`).expect(200, 'ok');
    expect(await Promise.all(closed)).toEqual([{ room }, { room }]);
  });
});

describe('what is not stored', () => {
  test('a whisper reaches every tab of its two people and nobody else, and is in no history', async () => {
    const { a, b, room, guest, ofOwner, ofGuest } = await twoInARoom();
    const tab = await guest.chat();
    await join(tab, room);
    const third = await (await person(app)).chat();
    await join(third, room);
    const overheard: unknown[] = [];
    third.on('whisper', (whisper) => overheard.push(whisper));
    const seen = [a, b, tab].map((socket) => heard(socket, 'whisper'));
    expect(await ask(a, 'whisper', { room, to: ofGuest.me.id, chat: '비밀 이야기' })).toEqual({ ok: true });
    for (const whisper of await Promise.all(seen)) {
      expect(whisper).toMatchObject({ from: ofOwner.me, to: ofGuest.me, chat: '비밀 이야기' });
    }
    await ask(third, 'chat', { room, chat: '뭐라고?' });
    expect(overheard).toEqual([]);
    const { body } = await guest.http.get(`/room/${room}/chats`).expect(200);
    expect(JSON.stringify(body)).not.toContain('비밀 이야기');
    expect(await ask(a, 'whisper', { room, to: 'nobody', chat: '거기?' })).toMatchObject({
      ok: false,
      code: 'BAD_REQUEST',
    });
  });

  test('a whisper to a person with a place but no connection is refused, and reaches nobody', async () => {
    const [one, other, stranger] = [await person(app), await person(app), await person(app)];
    const room = await createRoom(one);
    for (const { http } of [one, other])
      await http.post(`/room/${room}/chat`).send({ chat: '나' }).expect(200);
    const to = (await app.store.rooms.get(room))?.people.at(-1)?.id;
    const [whispering, elsewhere] = [await one.chat(), await stranger.chat()];
    const overheard: unknown[] = [];
    for (const socket of [whispering, elsewhere]) {
      socket.on('whisper', (whisper) => overheard.push(whisper));
    }
    expect(await ask(whispering, 'whisper', { room, to, chat: '둘만' })).toMatchObject({
      ok: false,
      code: 'UNAVAILABLE',
    });
    // An answer comes after everything that was sent to this socket before it.
    for (const socket of [whispering, elsewhere]) await ask(socket, 'leave', '0'.repeat(24));
    expect(overheard).toEqual([]);
  });

  test('an ephemeral room numbers chats and passes them on, but stores none', async () => {
    const { a, b, room, ofGuest, owner } = await twoInARoom({ ephemeral: true });
    expect(ofGuest).toMatchObject({ ephemeral: true, missed: [], seq: 2 });
    const seen = heard(b, 'chats');
    const ack = await ask(a, 'chat', { room, chat: '흘러가는 말', nonce: 'e1' });
    expect(ack).toMatchObject({ ok: true, seq: 3 });
    expect(await seen).toEqual([expect.objectContaining({ seq: 3, chat: '흘러가는 말' })]);
    expect(await ask(a, 'chat', { room, chat: '흘러가는 말', nonce: 'e1' })).toEqual(ack);
    await owner.http.get(`/room/${room}/chats`).expect(200, { chats: [], more: false });
    expect(await app.store.chats.page(room, 'newest', 10)).toEqual([]);
  });
});

describe("the book's client beside ours", () => {
  test('receives the book’s events with our fields added, and no `chats` packets', async () => {
    const [owner, reader] = [await person(app), await person(app)];
    const room = await createRoom(owner);
    const ours = await owner.chat();
    await join(ours, room);
    const book = await reader.chat();
    const joined = heard(ours, 'chats', (chats) => chats.some(({ kind }) => kind === 'join'));
    const answer = await ask<Joined>(book, 'join', room);
    expect(answer).toMatchObject({ ok: true, missed: [] });
    await joined;

    const packets: unknown[] = [];
    book.on('chats', (chats) => packets.push(chats));
    const seen = heard(book, 'chat');
    await reader.http.post(`/room/${room}/chat`).send({ chat: '책에서 왔어요' }).expect(200, 'ok');
    const said = await seen;
    expect(said).toMatchObject({ room, user: said.color, chat: '책에서 왔어요', seq: 3, kind: 'chat' });
    expect(new Date(said.createdAt).getTime()).not.toBeNaN();

    const third = await (await person(app)).chat();
    const came = heard(book, 'join');
    const { me: guest } = await join(third, room);
    expect(await came).toMatchObject({ user: 'system', chat: `${guest.color}님이 입장하셨습니다.` });
    const went = heard(book, 'exit');
    await ask(third, 'leave', room);
    expect(await went).toMatchObject({ user: 'system', chat: `${guest.color}님이 퇴장하셨습니다.` });

    const fourth = await (await person(app)).chat();
    const { me: rude } = await join(fourth, room);
    const kicked = heard(book, 'exit');
    await ask(ours, 'kick', { room, userId: rude.id });
    expect(await kicked).toMatchObject({ kind: 'kick', userId: rude.id });
    expect(packets).toEqual([]);
  });

  test('is not told of its own join', async () => {
    const reader = await person(app);
    const room = await createRoom(reader);
    const book = await reader.chat();
    const own: unknown[] = [];
    book.on('join', (chat) => own.push(chat));
    await ask(book, 'join', room);
    const seen = heard(book, 'chat');
    await reader.http.post(`/room/${room}/chat`).send({ chat: '나' }).expect(200);
    await seen;
    expect(own).toEqual([]);
  });
});

/** Waits until this text has arrived, if it is not among the seen ones. */
async function heardOrSeen(socket: ChatClient, seen: SentChat[], text: string): Promise<void> {
  const fits = (chats: Parameters<ChatEvents['chats']>[0]) => chats.some((chat) => textOf(chat) === text);
  if (!fits(seen)) await heard(socket, 'chats', fits);
}
