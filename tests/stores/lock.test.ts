import { once } from 'node:events';
import { chmod, chown, link, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { lockDirectory } from '../../src/stores/lock';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const onUnix = process.platform === 'win32' ? describe.skip : describe;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** As a user without the rights of root, who may do everything. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (!isRoot) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** What a killed process leaves: a socket on which nobody listens. */
async function leaveSocket(): Promise<void> {
  const socketPath = path.join(dir, 'owner.sock');
  const server = createServer().listen(`${socketPath}.made`);
  await once(server, 'listening');
  await link(`${socketPath}.made`, socketPath);
  server.close();
  await once(server, 'close');
}

onUnix('the lock of a directory', () => {
  test('is a socket for its owner alone', async () => {
    const lock = await lockDirectory(dir);
    expect((await stat(path.join(dir, 'owner.sock'))).mode & 0o777).toBe(0o600);
    await lock.release();
  });

  test('is had at once or not, where a killed process left a socket that cannot be moved away', async () => {
    await leaveSocket();
    if (isRoot) for (const owned of [dir, path.join(dir, 'owner.sock')]) await chown(owned, NOBODY, NOBODY);
    await chmod(dir, 0o500);
    const lock = await asNobody(() => lockDirectory(dir));
    await lock.release();
    await chmod(dir, 0o700);
  });

  (isRoot ? test : test.skip)(
    'is not taken from a process of another user, which cannot be asked',
    async () => {
      const lock = await lockDirectory(dir);
      await chmod(dir, 0o777);
      await expect(asNobody(() => lockDirectory(dir))).rejects.toThrow('in use by process unknown');
      await lock.release();
    },
  );
});
