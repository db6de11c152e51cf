import { fork, type ChildProcess } from 'node:child_process';
import { once as onceOf } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Socket } from 'socket.io-client';
import type { Told } from './handshake.child';
import {
  ask,
  createRoom,
  join,
  once,
  person,
  startApp,
  until,
  type ChatClient,
  type TestApp,
} from '../support/app';
import { compile, type Compiled } from '../support/compiled';

const WAYS = [['websocket'], ['polling', 'websocket'], ['polling']];

describe('who a socket is', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  test.each(WAYS.map((transports) => ({ transports })))(
    'is the person of the page, by $transports',
    async ({ transports }) => {
      const who = await person(app);
      const room = await createRoom(who);
      const page = await who.http.get(`/room/${room}`).expect(200);
      const me = /data-me="([^"]+)"/.exec(page.text)?.[1];
      const socket = await who.chat({ transports });
      expect((await join(socket, room)).me.id).toBe(me);
    },
  );

  test('is known to a namespace that the connection enters late', async () => {
    const who = await person(app);
    const room = await createRoom(who);
    const first = await who.chat();
    const { me } = await join(first, room);
    const list = await who.list();
    const late: ChatClient = list.io.socket('/chat');
    app.sockets.push(late);
    await once(late, 'connect');
    expect((await join(late, room)).me.id).toBe(me.id);
  });
});

describe('what stays of a handshake', () => {
  let compiled: Compiled;
  let folder: string;
  let child: ChildProcess;
  const clients: Socket[] = [];
  beforeAll(async () => {
    compiled = await compile('tests/sockets/handshake.child.ts', 'tests/support/note-servers.ts');
    folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-'));
    child = fork(compiled.pathOf('tests/sockets/handshake.child.ts'), {
      execArgv: ['--expose-gc'],
      env: {
        ...{ PATH: process.env['PATH'], LOG: 'silent', HOST: '127.0.0.1', PORT: '0' },
        ...{ COOKIE_SECRET: 'a secret for the tests', DATA_DIR: folder, UPLOADS_DIR: folder },
      },
    });
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    const isOver = onceOf(child, 'exit');
    child.kill();
    await isOver;
    await compiled.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the process tells next. */
  async function told(): Promise<Told> {
    const [answer]: Told[] = await onceOf(child, 'message');
    if (answer === undefined) throw new Error('the process told nothing');
    return answer;
  }

  async function look(): Promise<Told> {
    const answer = told();
    child.send('what is left?');
    return answer;
  }

  test('is neither the request nor the session, while its sockets live and chat', async () => {
    const { port } = await told();
    const place = { url: `http://127.0.0.1:${String(port)}`, sockets: clients };
    const owner = await person(place);
    const room = await createRoom(owner);
    const sockets = await Promise.all(
      WAYS.map(async (transports, index) => {
        const who = index === 0 ? owner : await person(place);
        const socket = await who.chat({ transports });
        await until(() => Promise.resolve(socket.io.engine.transport.name === transports.at(-1)));
        await join(socket, room);
        return socket;
      }),
    );
    // Three requests and sessions of three connections, and the request of an upgrade.
    expect((await look()).seen).toBe(7);
    await until(async () => (await look()).left === 0);
    for (const socket of sockets) {
      expect(socket.connected).toBe(true);
      expect(await ask(socket, 'chat', { room, chat: '아직 여기 있어요' })).toMatchObject({ ok: true });
    }
  });
});
