import { scryptSync } from 'node:crypto';
import request from 'supertest';
import { createRoom, person, startApp, type TestApp } from '../support/app';
import { roomWith } from '../support/values';

const composed = '비밀번호é'.normalize('NFC');
const decomposed = composed.normalize('NFD');

describe('a password', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const byForm = (url: string, password: string) =>
    request(app.url).post(`${url}/enter`).type('form').send({ password });
  const byScript = (url: string, password: string) =>
    request(app.url).post(`${url}/enter`).set('accept', 'application/json').send({ password });
  const byAddress = (url: string, password: string) => request(app.url).get(url).query({ password });

  async function secretRoom(password: string): Promise<string> {
    return `/room/${await createRoom(await person(app), { password })}`;
  }

  test.each([
    ['composed', composed, 'decomposed', decomposed],
    ['decomposed', decomposed, 'composed', composed],
  ])('that was typed in %s characters (%j) is the same in %s ones (%j)', async (_, set, __, typed) => {
    const url = await secretRoom(set);
    for (const password of [set, typed]) {
      await byForm(url, password).expect(303);
      await byScript(url, password).expect(303);
      await byAddress(url, password).expect(200);
    }
    await byForm(url, '비밀번호e').expect(401);
  });

  test('of 100 characters may take many more when each is typed in parts', async () => {
    const url = await secretRoom('한'.repeat(100).normalize('NFD'));
    await byForm(url, '한'.repeat(100)).expect(303);
  });

  test('of a room that an earlier version stored opens it as it was typed then', async () => {
    const salt = Buffer.from('0123456789abcdef');
    const key = scryptSync(decomposed, salt, 32, { N: 16_384, r: 8, p: 5 }).toString('base64url');
    const room = roomWith({ password: `scrypt$16384$8$5$${salt.toString('base64url')}$${key}` });
    await app.store.rooms.insert(room);
    await byForm(`/room/${room._id}`, decomposed).expect(303);
    await byForm(`/room/${room._id}`, 'other').expect(401);
  });

  test.each(['p@ss\0', 'p@ss\0\0', '\0p@ss', 'p@\0ss'])(
    'with a NUL in it (%j) neither opens a room nor makes one',
    async (password) => {
      const url = await secretRoom('p@ss');
      await byForm(url, password).expect(401);
      await byScript(url, password).expect(400);
      await byAddress(url, password).expect(302);
      const who = await person(app);
      const form = await who.http.post('/room').type('form').send({ title: '방', password }).expect(400);
      expect(form.text).toContain('NUL');
      await who.http
        .post('/room')
        .set('accept', 'application/json')
        .send({ title: '방', password })
        .expect(400);
    },
  );
});
