/**
 * Lets only one process use a directory. The process that listens on the directory's socket is its owner. It answers every
 * connection with its pid, so that another process can say who the owner is.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, realpath, rename, rm, link } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { codeOf } from '../system-error';

/**
 * The longest path of a socket, in bytes; longer ones do not fit into its address. @source
 * sys/un.h: 108 on Linux, 104 on macOS and BSD
 */
const LONGEST_NAME = 100;
/** How long we wait for the pid after the connection is made, in ms. A suspended process never sends it. */
const OWNER_ANSWERS = 2_000;
/** How often we try to move away the socket of a killed process, before we give up. */
const MAX_TRIES = 10;
/** The errors of connecting if no process listens. */
const NOBODY_THERE = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'];
/** The errors of listening in folders that cannot have sockets, such as some that containers share with their host. */
const HOLDS_NO_SOCKETS = ['EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EROFS'];

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Makes this process the owner of an existing directory. A socket that a killed process left behind is replaced.
 * @throws Error that names the owner's pid, if another process is the owner.
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
      // This also removes the socket's file.
      owned.close();
      await once(owned, 'close');
    },
  };
}

/**
 * Where the socket may be. The first choice is in the directory itself, so that containers that share it find each other.
 * If that is impossible, it is in the system's temporary folder, with a name made from the directory's path.
 */
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

/** The pid of the process that listens on this socket; undefined if none does. */
async function ownerOf(socketPath: string): Promise<string | undefined> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
  } catch (error) {
    if (NOBODY_THERE.includes(codeOf(error))) return undefined;
    // We may not connect, for example because the process belongs to another user and its socket is for that user only.
    return `unknown, which cannot be asked (${codeOf(error)})`;
  }
  socket.setTimeout(OWNER_ANSWERS, () => socket.destroy());
  const pid = await text(socket).catch(() => '');
  return pid === '' ? 'unknown, which does not answer' : pid;
}

/**
 * Removes the socket that a killed process left behind. Another process may do the same at the same time and listen there
 * already. So we first move the socket away; if it turns out to belong to a living process, we put it back.
 */
async function removeStale(socketPath: string): Promise<void> {
  const aside = `${socketPath}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(socketPath, aside);
  } catch (error) {
    // Another process has moved it away first.
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await ownerOf(aside)) !== undefined) await link(aside, socketPath).catch(() => undefined);
  await rm(aside, { force: true });
}
