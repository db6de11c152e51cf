import request from 'supertest';
import { createRoom, join, person, startApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test('the list, whose rows are kept, shows each change of a room, and each reader’s own language', async () => {
  const owner = await person(app);
  const room = await createRoom(owner, { title: '<b>방</b>' });
  const list = async (lang: string) => (await request(app.url).get('/').set('accept-language', lang)).text;
  const countIn = (text: string) => /data-slot="count">(\d+)</.exec(text)?.[1];
  for (const _again of [1, 2]) {
    expect(await list('ko')).toContain('공개방');
    expect(await list('en')).not.toContain('공개방');
    expect(countIn(await list('ko'))).toBe('1');
  }
  expect(await list('ko')).toContain('&lt;b&gt;방&lt;/b&gt;');
  const socket = await (await person(app)).chat();
  await join(socket, room);
  expect(countIn(await list('ko'))).toBe('2');
  expect(countIn(await list('en'))).toBe('2');
  socket.disconnect();
});
