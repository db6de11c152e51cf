/** Runs the commands of `src/tools` as people do. Each site has its own folder for the data, and may have a server. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestApp } from '../support/app';
import { compile, type Compiled } from '../support/compiled';
import { LOG } from '../support/log';
import { loadConfig, type Config, type Places } from '../../src/config';
import { start } from '../../src/start';

interface Ran {
  code: number | null;
  out: string;
  /** What was written to stderr. */
  error: string;
}

/** The part of a server that the people of `support/app` need. */
type Served = Pick<TestApp, 'url' | 'sockets' | 'stop'>;

export interface Site extends Places {
  folder: string;
  /** The path of a file in the site's folder. */
  file(name: string): string;
  serve(overrides?: Partial<Config>): Promise<Served>;
  run(command: 'move' | 'backup' | 'restore', ...given: string[]): Promise<Ran>;
}

export interface Sites {
  /** Makes a new, empty site. */
  make(): Promise<Site>;
  dispose(): Promise<void>;
}

export async function openSites(): Promise<Sites> {
  const compiled = await compile();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-tools-'));
  return {
    make: async () => siteIn(await mkdtemp(path.join(folder, 'site-')), compiled),
    async dispose() {
      await compiled.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function siteIn(folder: string, compiled: Compiled): Site {
  const places = {
    dataDir: path.join(folder, 'data'),
    uploadsDir: path.join(folder, 'uploads'),
    mongoUrl: undefined,
  };
  return {
    ...places,
    folder,
    file: (name) => path.join(folder, name),
    async serve(overrides = {}) {
      const config = loadConfig({ NODE_ENV: 'test', COOKIE_SECRET: 'a secret for the tests', LOG });
      const own = { port: 0, host: '127.0.0.1', rateLimits: false };
      const running = await start({ ...config, ...own, ...places, ...overrides });
      const sockets: Served['sockets'] = [];
      return {
        url: `http://127.0.0.1:${String(running.port)}`,
        sockets,
        async stop() {
          await running.stop();
          for (const socket of sockets) socket.disconnect();
        },
      };
    },
    async run(command, ...given) {
      const env = {
        ...process.env,
        DATA_DIR: places.dataDir,
        UPLOADS_DIR: places.uploadsDir,
        MONGO_URL: '',
        INIT_CWD: folder,
      };
      const child = spawn(process.execPath, [compiled.pathOf(`src/tools/${command}.ts`), ...given], { env });
      const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { code: child.exitCode, out, error };
    },
  };
}
