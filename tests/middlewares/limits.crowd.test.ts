/** A school class has one address, and so has a hostile crowd. The limits stop the crowd, and the class notices nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import request from 'supertest';
import { ask, createRoom, join, person, startApp, until, type Person, type TestApp } from '../support/app';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ rateLimits: true });
});
afterEach(() => app.stop());

const many = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

test('sixty students of one address enter a secret room within a minute, and all of them write', async () => {
  const teacher = await person(app);
  const room = await createRoom(teacher, { password: '비밀', max: 100 });
  const answers = await many(60, async (n) => {
    const student = await person(app);
    const { http } = student;
    // Some of them mistype once.
    if (n % 3 === 0) await http.post(`/room/${room}/enter`).type('form').send({ password: '비밀1' });
    for (;;) {
      const entered = await http.post(`/room/${room}/enter`).type('form').send({ password: '비밀' });
      if (entered.status === 303) break;
      // More come at once than passwords can be checked. The page says when to try again.
      expect(entered.headers['retry-after']).toBe('2');
      await wait(2_000);
    }
    const socket = await student.chat();
    await join(socket, room);
    return ask(socket, 'chat', { room, chat: '안녕하세요' });
  });
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
}, 120_000);

test('forty students of one address make a secret room each', async () => {
  await many(40, async () => {
    const { http } = await person(app);
    for (;;) {
      const made = await http.post('/room').send({ title: '방', password: '비밀' });
      if (made.status === 302) return;
      expect(made.headers['retry-after']).toBe('2');
      await wait(2_000);
    }
  });
}, 120_000);

test('one person’s misses lock nobody else out', async () => {
  const [owner, guesser] = [await person(app), await person(app)];
  const room = await createRoom(owner, { password: '비밀' });
  const guess = () => guesser.http.post(`/room/${room}/enter`).type('form').send({ password: 'x' });
  for (let n = 0; n < 10; n++) await guess().expect(401);
  const { headers, text } = await guess().set('accept', 'text/html').expect(429);
  expect(Number(headers['retry-after'])).toBeGreaterThan(200);
  expect(text).toContain(`${String(headers['retry-after'])}초 뒤에`);
  const other = await person(app);
  await other.http.post(`/room/${room}/enter`).type('form').send({ password: '비밀' }).expect(303);
});

test('new sessions that guess together are stopped, and an untouched room opens all the same', async () => {
  const owner = await person(app);
  const room = await createRoom(owner, { password: '비밀' });
  const untouched = await createRoom(owner, { password: '다른 비밀' });
  const answers = [];
  for (let n = 0; n < 32; n++) {
    const { http } = await person(app);
    answers.push((await http.post(`/room/${room}/enter`).type('form').send({ password: 'x' })).status);
  }
  expect(answers.slice(0, 30)).toEqual(Array(30).fill(401));
  expect(answers.slice(30)).toEqual([429, 429]);
  const guest = await person(app);
  await guest.http.post(`/room/${untouched}/enter`).type('form').send({ password: '다른 비밀' }).expect(303);
}, 120_000);

test('pictures of a foreign page make no session and try no password', async () => {
  const owner = await person(app);
  const room = await createRoom(owner, { password: '비밀' });
  const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  for (let n = 0; n < 320; n++) {
    const { headers } = await request(app.url).get(`/room/${room}?password=x`).set(foreign);
    expect(headers['set-cookie']).toBeUndefined();
  }
  const guest = await person(app);
  await guest.http.post(`/room/${room}/enter`).type('form').send({ password: '비밀' }).expect(303);
  // A link on a foreign page still works.
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  await guest.http.get(`/room/${room}`).set(link).expect(200);
}, 120_000);

test('pictures of a foreign page leave newcomers of the same address their pages', async () => {
  await app.stop();
  app = await startApp({ rateLimits: true, limitsFactor: 0.1 });
  const room = await createRoom(await person(app));
  const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  const picture = () => request(app.url).get(`/room/${room}`).set(foreign);
  for (let n = 0; n < 60; n++) expect((await picture()).status).not.toBe(429);
  await picture().expect(429);
  await request(app.url).get(`/room/${room}`).expect(200);
});

test('who is refused waits a second for it, and that holds up nobody else', async () => {
  const [owner, asking] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  const ask = () => asking.http.get(`/room/${room}/chats`);
  await many(120, ask);
  const since = performance.now();
  let answered = 0;
  const refused = many(5, () =>
    ask()
      .expect(429)
      .then(() => {
        answered += 1;
        return performance.now() - since;
      }),
  );
  await owner.http.get(`/room/${room}/chats`).expect(200);
  expect(answered).toBe(0);
  // A timer may fire a moment early.
  for (const took of await refused) expect(took).toBeGreaterThan(990);
});

test('pages of long texts are refused sooner than pages of short ones', async () => {
  const [writer, greedy, reader] = [await person(app), await person(app), await person(app)];
  const [long, short] = [await createRoom(writer), await createRoom(writer)];
  const socket = await writer.chat();
  await join(socket, long);
  const said = await many(30, () => ask(socket, 'chat', { room: long, chat: '👋'.repeat(2_000) }));
  expect(said.filter(({ ok }) => !ok)).toEqual([]);
  const read = ({ http }: Person, room: string) => many(20, () => http.get(`/room/${room}/chats`));
  // Each page has about 240 KiB of texts, and a person may have 4,096 in a minute.
  const pages = (await read(greedy, long)).filter(({ status }) => status === 200);
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.length).toBeLessThan(20);
  expect((await read(reader, short)).filter(({ status }) => status === 200)).toHaveLength(20);
});

test('of all pages that an address asks for at once, two are read at a time', async () => {
  await app.stop();
  let reading = 0;
  let most = 0;
  const goOn: (() => void)[] = [];
  app = await startApp({}, (store) => ({
    ...store,
    chats: {
      ...store.chats,
      async page(...asked) {
        reading += 1;
        most = Math.max(most, reading);
        await new Promise<void>((resolve) => goOn.push(resolve));
        reading -= 1;
        return store.chats.page(...asked);
      },
    },
  }));
  const reader = await person(app);
  const room = await createRoom(reader);
  const pages = many(6, () => reader.http.get(`/room/${room}/chats`).expect(200));
  for (let read = 0; read < 6; read += 1) {
    await until(async () => goOn.length > 0);
    goOn.shift()?.();
  }
  await pages;
  expect(most).toBe(2);
});

test('a person who asks for pages without end is told to wait, and others of the address are not', async () => {
  const [reader, crowd] = [await person(app), await person(app)];
  const room = await createRoom(reader);
  let refused = 0;
  for (let n = 0; n < 130; n++) {
    const { status, headers } = await crowd.http.get(`/room/${room}/chats`);
    if (status !== 429) continue;
    refused++;
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(refused).toBeGreaterThanOrEqual(9);
  await reader.http.get(`/room/${room}`).expect(200).expect('cache-control', 'private, no-store');
  await reader.http.get(`/room/${room}/chats`).expect(200).expect('cache-control', 'private, no-store');
});

test('an IPv6 site has a bound beside each of its networks', async () => {
  await app.stop();
  app = await startApp({ rateLimits: true, limitsFactor: 0.1, trustProxy: 1 });
  const list = (address: string) => request(app.url).get('/').set('x-forwarded-for', address);
  // 120 a minute for each network, and 480 for the site.
  for (let n = 0; n < 4; n++)
    for (let i = 0; i < 120; i++) await list(`2001:db8:1:${String(n)}::1`).expect(200);
  await list('2001:db8:1:99::1').expect(429);
  await list('2001:db8:2:99::1').expect(200);
}, 60_000);

test('what is too large is refused as too large, everywhere', async () => {
  const who = await person(app);
  const room = await createRoom(who);
  await who.http
    .post(`/room/${room}/chat`)
    .send({ chat: 'a'.repeat(70_000) })
    .expect(413);
  await who.http
    .post(`/room/${room}/name`)
    .type('form')
    .send({ name: 'a'.repeat(70_000) })
    .expect(413);
  await who.http.post(`/room/${room}/gif`).field('nonce', 'a'.repeat(2_000)).expect(413);
  await who.http.get('/').set('x-long', 'a'.repeat(20_000)).expect(431);
  const socketIo = await request(app.url).get('/socket.io/?EIO=4&transport=polling').expect(200);
  expect(socketIo.headers['x-content-type-options']).toBe('nosniff');
});
