/** Clients of the lab that are no browsers, and a lab with bounds that a test can reach. */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import express from 'express';
import { MemoryStore, type Store } from 'express-session';
import { Server } from 'socket.io';
import { WebSocket } from 'ws';
import { createLab } from '../../src/lab';
import { BOUNDS, type Bounds } from '../../src/lab/bounds/bounds';
import { errorHandler } from '../../src/middlewares/errors';
import { languageOf } from '../../src/middlewares/language';
import { createSameOrigin } from '../../src/middlewares/same-origin';
import { sessions } from '../../src/middlewares/session';
import { createSite } from '../../src/middlewares/site';

export interface LabApp {
  url: string;
  /** A session of its own. @returns its cookie */
  session(): Promise<string>;
  stop(): Promise<void>;
}

/** The lab alone, on a server of its own, with other bounds. @param store keeps the sessions. */
export async function startLab(changed: Partial<Bounds>, store: Store = new MemoryStore()): Promise<LabApp> {
  const trust = () => false;
  const site = createSite(undefined, trust);
  const session = sessions(store, 'a secret for the tests', site);
  let sessionCount = 0;
  const lab = createLab({
    session,
    identity: (req, _res, next) => {
      req.session.userId ??= `person ${String((sessionCount += 1))}`;
      next();
    },
    trust,
    isSameOrigin: createSameOrigin(site).isSameOrigin,
    bounds: { ...BOUNDS, ...changed },
  });
  const app = express();
  app.use(session);
  app.get('/', (req, res) => {
    req.session.userId = `person ${String((sessionCount += 1))}`;
    res.send('ok');
  });
  app.use('/lab', lab.router);
  app.use(errorHandler);
  const server = createServer(app);
  const io = new Server(server, { cleanupEmptyChildNamespaces: true });
  io.engine.use((req: express.Request, res: express.Response, next: express.NextFunction) => {
    void session(req, res, next);
  });
  lab.attach(server, {
    io,
    visitorOf({ conn: { request } }) {
      return {
        userId: request.session.userId,
        address: request.socket.remoteAddress ?? '',
        language: languageOf(request),
      };
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    async session() {
      const answer = await fetch(url);
      return answer.headers.getSetCookie().join().split(';')[0] ?? '';
    },
    async stop() {
      lab.close();
      const closed = io.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A bare WebSocket, open or on its way. What it hears is kept from the beginning. */
export function openSocket(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const refused = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_req, res) => {
      resolve(res.statusCode ?? 0);
      socket.terminate();
    });
  });
  socket.on('error', () => undefined);
  const opened = new Promise<void>((resolve) => socket.on('open', resolve));
  return { socket, heard, opened, closed, refused };
}

/** Whether a new bare WebSocket is let in, which shows when the server speaks. */
export async function isLetIn(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const { socket, closed } = openSocket(url, headers);
  const isIn = await Promise.race([once(socket, 'message').then(() => true), closed.then(() => false)]);
  socket.close();
  return isIn;
}

/** Reads an event stream as a browser's `EventSource` does, one event after another. */
export async function openEvents(url: string, cookie = '') {
  const req = get(url, { headers: { cookie, accept: 'text/event-stream' }, agent: false });
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const lines = createInterface(res)[Symbol.asyncIterator]();
  return {
    status: res.statusCode,
    headers: res.headers,
    /** The next event's name (`message` where it has none) and its data; undefined when the stream has ended. */
    async next(): Promise<{ event: string; data: string } | undefined> {
      const fields = { event: 'message', data: '' };
      for (;;) {
        const { value: line, done } = await lines.next();
        if (done) return undefined;
        if (line === '') return fields;
        const [name = '', ...text] = line.split(': ');
        if (name === 'event' || name === 'data') fields[name] = text.join(': ');
      }
    },
    close: () => req.destroy(),
  };
}
