/** How many rooms people may have open, how often the list is told, and who can be kicked. */
import type { RoomSummary } from '../../src/types/events';
import { ask, createRoom, join, person, startApp, type Person, type TestApp, until } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ rateLimits: true });
});
afterAll(() => app.stop());

const create = (who: Person) => who.http.post('/room').send({ title: '방' });

test('a person has at most three empty rooms, and may create again when one of them is used', async () => {
  const who = await person(app);
  const rooms = [await createRoom(who), await createRoom(who), await createRoom(who)];
  const { body } = await create(who).expect(429);
  expect(body).toMatchObject({
    error: { code: 'TOO_MANY_ROOMS', message: expect.stringContaining('사람이 없는 방') as string },
  });
  const page = await who.http.post('/room').type('form').set('accept', 'text/html').send({ title: '방' });
  expect(page.status).toBe(429);
  // Another person of the same address is not concerned.
  await create(await person(app)).expect(302);
  const socket = await who.chat();
  await join(socket, rooms[0] ?? '');
  await create(who).expect(302);
  socket.disconnect();
});

test('new and removed rooms reach a list in groups, and none is lost', async () => {
  const list = await (await person(app)).list();
  const seen = new Set<string>();
  list.on('newRoom', ({ _id }: RoomSummary) => {
    seen.add(_id);
  });
  list.on('removeRoom', (id) => seen.delete(id));
  const people = await Promise.all(Array.from({ length: 12 }, () => person(app)));
  const rooms = await Promise.all(people.map((who) => createRoom(who)));
  await Promise.all(
    people.slice(0, 6).map((who, index) => who.http.delete(`/room/${rooms[index] ?? ''}`).expect(200)),
  );
  await until(() =>
    Promise.resolve(
      rooms.slice(6).every((id) => seen.has(id)) && rooms.slice(0, 6).every((id) => !seen.has(id)),
    ),
  );
  list.disconnect();
});

test('only a person who has been in the room can be kicked, even after they left', async () => {
  const [owner, guest] = [await person(app), await person(app)];
  const room = await createRoom(owner);
  const [a, b] = [await owner.chat(), await guest.chat()];
  await join(a, room);
  const { me } = await join(b, room);
  for (const userId of ['made-up', 'x'.repeat(64)])
    expect(await ask(a, 'kick', { room, userId })).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
  expect((await app.store.rooms.get(room))?.barred).toEqual([]);
  await ask(b, 'leave', room);
  expect(await ask(a, 'kick', { room, userId: me.id })).toEqual({ ok: true });
  expect(await ask(b, 'join', { room, after: 0 })).toMatchObject({ ok: false, code: 'BARRED' });
  for (const socket of [a, b]) socket.disconnect();
});
