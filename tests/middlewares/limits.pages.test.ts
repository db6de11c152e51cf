/** What pages cost is counted for each person and each address, and who is refused must wait. */
import request from 'supertest';
import {
  ask,
  createRoom,
  join,
  many,
  person,
  startApp,
  until,
  type Person,
  type TestApp,
} from '../support/app';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ rateLimits: true });
});
afterEach(() => app.stop());

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
  const answers = await many(130, () => crowd.http.get(`/room/${room}/chats`));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(9);
  for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  await reader.http.get(`/room/${room}`).expect(200).expect('cache-control', 'private, no-store');
  await reader.http.get(`/room/${room}/chats`).expect(200).expect('cache-control', 'private, no-store');
});

test('an IPv6 site has a bound beside each of its networks', async () => {
  await app.stop();
  app = await startApp({ rateLimits: true, limitsFactor: 0.02, trustProxy: 1 });
  const list = (address: string) => request(app.url).get('/').set('x-forwarded-for', address);
  // 24 a minute for each network, and 96 for the site.
  for (let n = 0; n < 4; n++)
    for (let i = 0; i < 24; i++) await list(`2001:db8:1:${String(n)}::1`).expect(200);
  await list('2001:db8:1:99::1').expect(429);
  await list('2001:db8:2:99::1').expect(200);
});
