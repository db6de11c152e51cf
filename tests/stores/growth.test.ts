/** A large store must not make sends dearer, and deleted rooms must free their space. Counted in bytes, not in time. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openEmbedded } from '../../src/stores/embedded';
import type { Store } from '../../src/stores/store';
import type { Room } from '../../src/types/room';
import { newId, roomWith, saying } from '../support/values';

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-growth-'));
  store = await openEmbedded({ dir });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

async function roomsWith(rooms: number, chats: number): Promise<Room[]> {
  return Promise.all(
    Array.from({ length: rooms }, async () => {
      const room = roomWith();
      await store.rooms.insert(room);
      return say(room, chats);
    }),
  );
}

async function say(room: Room, chats: number): Promise<Room> {
  const { to, said } = saying(room, chats);
  expect(await store.rooms.commit(room, to, said)).toBe(true);
  return to;
}

/** How many bytes this process has given to the system to write so far. */
async function written(): Promise<number> {
  return Number(/wchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))?.[1]);
}

/** Only Linux tells how much a process has written. */
function onLinux(name: string, body: () => Promise<void>): void {
  if (process.platform === 'linux') test(name, body);
}

onLinux(
  'a send into a store with 40,000 chats writes at most 2.5 times as much as into one with 100',
  async () => {
    const bytesOfASend = async (rooms: Room[]) => {
      const before = await written();
      for (const room of rooms) await say(room, 1);
      return ((await written()) - before) / rooms.length;
    };
    const few = await bytesOfASend(await roomsWith(20, 5));
    const rooms = await roomsWith(400, 100);
    const many = await bytesOfASend(rooms.filter((_, index) => index % 20 === 0));
    // A tree with 400 times as many records is up to two pages deeper, in each table that a send writes.
    expect(many).toBeLessThan(few * 2.5);
    expect(many).toBeGreaterThan(0);
  },
);

onLinux('100 sends in one commit write less than 10 sends in commits of their own', async () => {
  const [one, other] = await roomsWith(2, 100);
  if (one === undefined || other === undefined) throw new Error('no rooms');
  const before = await written();
  await say(one, 100);
  const together = (await written()) - before;
  let room = other;
  const start = await written();
  for (let sent = 0; sent < 10; sent++) room = await say(room, 1);
  expect(together).toBeLessThan((await written()) - start);
});

test('the file does not grow while rooms are created and removed', async () => {
  const size = async () => (await stat(path.join(dir, 'gifchat.mdb'))).size;
  const sizes: number[] = [];
  for (let round = 0; round < 12; round++) {
    for (const { _id } of await roomsWith(20, 100)) {
      while ((await store.chats.clear(_id, 1_000)) > 0);
      await store.rooms.remove(_id);
    }
    sizes.push(await size());
  }
  expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[3] ?? 0) * 1.2);
});

test('a page of a long log, or of a long list, has as many entries as were asked for', async () => {
  const [room] = await roomsWith(1, 3_000);
  await roomsWith(300, 0);
  expect(await store.chats.page(room?._id ?? '', 'newest', 50)).toHaveLength(50);
  expect(await store.chats.page(room?._id ?? '', { before: 1_500 }, 50)).toHaveLength(50);
  expect(await store.rooms.list(newId(), 51)).toHaveLength(51);
});
