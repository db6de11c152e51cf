/** One MongoDB database for several programs of a test. Each reaches it over its own line, which the test can break. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { startApp, type TestApp } from './app';
import { freePort } from './port';
import { openProxy, type Proxy } from './proxy';
import { databaseOf, keep } from './store';
import type { Config } from '../../src/config';
import { openMongo } from '../../src/stores/mongo';

export interface TestDatabase {
  /** The database's URL, without a line between. */
  url: string;
  /** Opens a new line to the database. `url` leads to the database over this line. */
  line(): Promise<Proxy & { url: string }>;
  /** Starts a program that reaches the database by this URL. All these programs share one folder for uploads. */
  app(url: string, overrides?: Partial<Config>): Promise<TestApp>;
  /** Stops the programs, closes the lines and drops the database. */
  dispose(): Promise<void>;
}

/** Prepares a new database on this server. */
export async function openDatabase(server: string): Promise<TestDatabase> {
  const url = databaseOf(server);
  const uploads = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-shared-'));
  const lines: Proxy[] = [];
  const apps: TestApp[] = [];
  return {
    url,
    async line() {
      const { hostname, port } = new URL(server);
      const proxy = await openProxy(hostname, Number(port || 27_017));
      lines.push(proxy);
      const direct = new URL(url);
      direct.host = `127.0.0.1:${String(proxy.port)}`;
      direct.searchParams.set('directConnection', 'true');
      return { ...proxy, url: direct.href };
    },
    async app(by, overrides = {}) {
      const app = await startApp({ uploadsDir: uploads, ...overrides }, undefined, () =>
        keep(
          () => openMongo({ url: by }),
          () => Promise.resolve(),
        ),
      );
      apps.push(app);
      return app;
    },
    async dispose() {
      for (const line of lines) line.heal();
      await Promise.all(apps.map((app) => app.stop()));
      await Promise.all(lines.map((line) => line.close()));
      const connection = await mongoose.createConnection(url).asPromise();
      await connection.dropDatabase();
      await connection.close();
      await rm(uploads, { recursive: true, force: true });
    },
  };
}

export interface TestServer {
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

/** A MongoDB server that a test may kill, and start again on its data. @param command is given a port and a folder. */
export async function serveMongo(command: string): Promise<TestServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-mongo-'));
  const port = await freePort();
  const run = () => spawn('sh', ['-c', `exec ${command} ${String(port)} ${folder}`], { stdio: 'ignore' });
  let child = run();
  await untilListening(port);
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  }
  return {
    url: `mongodb://127.0.0.1:${String(port)}`,
    async start() {
      child = run();
      await untilListening(port);
    },
    kill,
    async dispose() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      once(socket, 'close').then(
        () => false,
        () => false,
      ),
    ]);
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the MongoDB server did not start');
}
