import { vi } from 'vitest';
import { logger } from '../../src/logger';
import { ask, createRoom, join, person, startApp, until } from '../support/app';

const SECRET = 'canary';

test('at LOG=debug tells what happens in rooms, and nothing that people wrote', async () => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const app = await startApp({ log: 'debug', reconnectGrace: 0, emptyRoomGrace: 20, sweepEvery: 20 });
  try {
    const [owner, guest] = [await person(app), await person(app)];
    const room = await createRoom(owner, { title: SECRET, password: SECRET });
    await guest.http.get(`/room/${room}?password=${SECRET} wrong`).expect(302);
    await guest.http.get(`/room/${room}?password=${SECRET}`).expect(200);
    const [hers, his] = [await owner.chat(), await guest.chat()];
    const { me } = await join(hers, room);
    const { me: other } = await join(his, room);
    expect(await ask(his, 'rename', { room, name: SECRET })).toMatchObject({ ok: true });
    expect(await ask(his, 'chat', { room, chat: SECRET })).toMatchObject({ ok: true });
    await owner.http.post(`/room/${room}/chat`).send({ chat: SECRET }).expect(200);
    expect(await ask(his, 'whisper', { room, to: me.id, chat: SECRET })).toMatchObject({ ok: true });
    expect(await ask(his, 'chat', { room, chat: { SECRET } })).toMatchObject({ ok: false });
    expect(await ask(hers, 'takeback', { room, seq: 4 })).toMatchObject({ ok: true });
    expect(await ask(hers, 'kick', { room, userId: other.id })).toMatchObject({ ok: true });
    // Nobody asks for anything any more, so it is the sweep that closes the empty room.
    owner.gone();
    await until(async () => lines.some((line) => line.includes(`room ${room} is cleared`)));

    const [by, about] = [`${me.color} ${me.id}`, `${other.color} ${other.id}`];
    const told = lines.map((line) => line.split(' debug ')[1]);
    expect(told).toEqual(
      expect.arrayContaining([
        `room ${room}: 1 join ${by}`,
        `room ${room}: 2 join ${about}`,
        `room ${room}: 3 name ${about}`,
        `room ${room}: 4 chat ${about}`,
        `room ${room}: 5 chat ${by}`,
        `whisper ${about} to ${by}`,
        `room ${room}: 6 takeback ${by}`,
        `room ${room}: 7 kick ${about}`,
        `room ${room}: 8 exit ${by}`,
        `sweep: room ${room} is due`,
      ]),
    );
    expect(lines.filter((line) => line.includes(SECRET))).toEqual([]);
  } finally {
    await app.stop();
    logger.setLevel('silent');
    vi.restoreAllMocks();
  }
});
