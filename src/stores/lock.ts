/** One process a directory: whoever listens on its socket has it. The socket answers with the process's pid. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, realpath, rename, rm, link } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { codeOf } from '../system-error';

/** Longer names do not fit into a socket's address, in bytes. @source sys/un.h: 108 on Linux, 104 on macOS and BSD */
const LONGEST_NAME = 100;
/** How long an owner that accepts may take to tell its pid, in ms; one that is suspended never does. */
const OWNER_ANSWERS = 2_000;
/** How often a socket that a killed process left is moved away, before it counts as one that cannot be. */
const MAX_TRIES = 10;
/** What connecting fails with where nobody listens. */
const NOBODY_THERE = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'];
/** What listening fails with in folders that cannot hold sockets, such as some that containers share with their host. */
const HOLDS_NO_SOCKETS = ['EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EROFS'];

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes the directory, which exists, for this process. What a killed process left behind is taken over.
 * @throws Error that names the owner's pid when there is one.
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const [first, second] = await socketPaths(dir);
  let server;
  try {
    server = await own(first, dir);
  } catch (error) {
    if (second === undefined || !HOLDS_NO_SOCKETS.includes(codeOf(error))) throw error;
    server = await own(second, dir);
  }
  const owned = server;
  return {
    async release() {
      // Closing removes the socket file, too.
      owned.close();
      await once(owned, 'close');
    },
  };
}

/** In the directory itself, so that containers that share it see each other; where that cannot be, a name made of it. */
async function socketPaths(dir: string): Promise<[string, string?]> {
  const hash = createHash('sha256')
    .update(await realpath(dir))
    .digest('hex')
    .slice(0, 24);
  if (process.platform === 'win32') return [`\\\\.\\pipe\\gif-chat-${hash}`];
  const inside = path.join(dir, 'owner.sock');
  const elsewhere = path.join(os.tmpdir(), `gif-chat-${hash}.sock`);
  return Buffer.byteLength(inside) > LONGEST_NAME ? [elsewhere] : [inside, elsewhere];
}

async function own(socketPath: string, dir: string): Promise<Server> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      return await listen(socketPath);
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error;
    }
    const pid = await ownerOf(socketPath);
    if (pid !== undefined)
      throw new Error(`${dir} is in use by process ${pid}; stop it or choose another DATA_DIR`);
    await removeStale(socketPath);
  }
  throw new Error(`${socketPath} is in the way and cannot be removed: remove it or choose another DATA_DIR`);
}

async function listen(socketPath: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  return server.unref();
}

/** The pid of whoever listens there, if anybody does. */
async function ownerOf(socketPath: string): Promise<string | undefined> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
  } catch (error) {
    if (NOBODY_THERE.includes(codeOf(error))) return undefined;
    // As another user's process is, whose socket is for that user alone.
    return `unknown, which cannot be asked (${codeOf(error)})`;
  }
  socket.setTimeout(OWNER_ANSWERS, () => socket.destroy());
  const pid = await text(socket).catch(() => '');
  return pid === '' ? 'unknown, which does not answer' : pid;
}

/** Two may find the same stale socket: it is moved away first, and put back if it is a new owner's by then. */
async function removeStale(socketPath: string): Promise<void> {
  const aside = `${socketPath}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(socketPath, aside);
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await ownerOf(aside)) !== undefined) await link(aside, socketPath).catch(() => undefined);
  await rm(aside, { force: true });
}
