/** How much may be written: by an address, in a room, as GIFs, and on the disk. */
import { createSpace, type Disk } from '../../src/services/space';
import { createTurns } from '../../src/turns';
import { ask, createRoom, join, person, startApp, type TestApp, until } from '../support/app';
import { gif } from '../support/gif';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe('the disk', () => {
  const bounds = { addressBytesPerHour: 1_000, uploadsBytes: 1_000 };
  const files = { bytes: () => Promise.resolve(0) };
  async function spaceOn(...disks: Disk[]) {
    const folders = disks.map((_, index) => String(index));
    const measureDisk = (folder: string) => Promise.resolve(disks[Number(folder)] ?? { free: 0, size: 0 });
    const space = createSpace({ files, folders, bounds, measureDisk });
    await space.start();
    await space.stop();
    return space;
  }

  test.each<[what: string, Disk, number]>([
    ['5 % of a small disk, but at least 200 MiB', { free: 201 * MIB, size: 1 * GIB }, MIB],
    ['5 % of a middle disk', { free: 1 * GIB, size: 20 * GIB }, 0],
    ['2 GiB of a large disk', { free: 2 * GIB + MIB, size: 2_000 * GIB }, MIB],
  ])('keeps %s free', async (_what, disk, left) => {
    const space = await spaceOn(disk);
    expect(() => {
      space.reserve(left + 1);
    }).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error);
    space.reserve(left);
    // What was taken since the disk was measured counts, too.
    expect(() => {
      space.reserve(1);
    }).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error);
  });

  test('counts as full if one of several is', async () => {
    const space = await spaceOn({ free: 10 * GIB, size: 20 * GIB }, { free: 100 * MIB, size: 20 * GIB });
    expect(() => {
      space.reserve(1);
    }).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error);
  });
});

describe('bounds of bytes', () => {
  const SMALL = 4_000;
  let app: TestApp | undefined;
  afterEach(() => app?.stop());

  test('a room takes no more than its bound, says what to do, and takes more when something was taken back', async () => {
    app = await startApp({ roomBytes: SMALL });
    const { store } = app;
    const owner = await person(app);
    const room = await createRoom(owner);
    const socket = await owner.chat();
    await join(socket, room);
    const long = '가'.repeat(600);
    const first = await ask<{ seq: number }>(socket, 'chat', { room, chat: long });
    if (!first.ok) throw new Error(first.code);
    const full = await ask(socket, 'chat', { room, chat: long });
    expect(full).toMatchObject({ ok: false, code: 'FORBIDDEN' });
    expect(!full.ok && full.message).toContain('새 방을 만들어 주세요');
    const refused = await owner.http.post(`/room/${room}/chat`).send({ chat: long }).expect(507);
    expect(refused.body).toMatchObject({ error: { code: 'ROOM_BYTES' } });
    await owner.http
      .post(`/room/${room}/gif`)
      .attach('gif', Buffer.from(gif({ frames: 300 })), 'a.gif')
      .expect(507);
    // People can come and go all the same.
    const guest = await (await person(app)).chat();
    await join(guest, room);
    await ask(socket, 'takeback', { room, seq: first.seq });
    await until(async () => (await store.rooms.get(room))?.erasing.length === 0);
    expect(await ask(socket, 'chat', { room, chat: long })).toMatchObject({ ok: true });
    for (const one of [socket, guest]) one.disconnect();
  });

  test('an address that wrote too much in an hour is told when it may go on', async () => {
    app = await startApp({ addressBytesPerHour: SMALL });
    const who = await person(app);
    const room = await createRoom(who);
    const socket = await who.chat();
    await join(socket, room);
    const long = '가'.repeat(1_000);
    await ask(socket, 'chat', { room, chat: long });
    const refused = await ask(socket, 'chat', { room, chat: long });
    expect(refused).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
    expect(!refused.ok && refused.retryAfter).toBeGreaterThan(3_000);
    const { headers } = await who.http.post(`/room/${room}/chat`).send({ chat: '한 마디' }).expect(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3_000);
    await who.http
      .post(`/room/${room}/gif`)
      .attach('gif', Buffer.from(gif({})), 'a.gif')
      .expect(429);
    socket.disconnect();
  });

  test('GIFs together take no more than their bound, those of an earlier run counted', async () => {
    const bytes = Buffer.from(gif({ width: 20, height: 20 }));
    app = await startApp({ uploadsBytes: 2.5 * bytes.length });
    const who = await person(app);
    const room = await createRoom(who);
    const send = (status: number) =>
      who.http.post(`/room/${room}/gif`).attach('gif', bytes, 'a.gif').expect(status);
    await send(200);
    await app.restart();
    const again = await person(app, who.cookie);
    const resend = (status: number) =>
      again.http.post(`/room/${room}/gif`).attach('gif', bytes, 'a.gif').expect(status);
    await resend(200);
    const { body } = await resend(507);
    expect(body).toMatchObject({ error: { code: 'DISK_FULL' } });
  });
});

describe('turns', () => {
  test('so many run at once, others wait in order, and too many are refused with a time', async () => {
    const inTurn = createTurns({ atOnce: 2, waiting: 2 });
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) =>
      inTurn(() => {
        started.push(n);
        return new Promise<number>((resolve) => ends.push(() => resolve(n)));
      });
    const all = [work(0), work(1), work(2), work(3)];
    await expect(work(4)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 2 });
    expect(started).toEqual([0, 1]);
    ends[1]?.();
    expect(await all[1]).toBe(1);
    expect(started).toEqual([0, 1, 2]);
    ends[0]?.();
    await all[0];
    expect(started).toEqual([0, 1, 2, 3]);
    for (const end of ends) end();
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
    const failing = inTurn(() => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    expect(await inTurn(() => Promise.resolve('next'))).toBe('next');
  });
});
