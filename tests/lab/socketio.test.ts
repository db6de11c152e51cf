import { io, type Socket } from 'socket.io-client';
import { startApp, type TestApp, until } from '../support/app';

let app: TestApp;
const sockets: Socket[] = [];
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(() => app.stop());

/** Connected, by polling first unless it is said otherwise. */
async function open(name: string, options: object = {}): Promise<Socket> {
  const socket = io(app.url + name, { forceNew: true, reconnection: false, ...options });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

function next<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve) => socket.once(event, resolve));
}

/** Every message that the socket hears from now on. */
function collect<T>(socket: Socket, event: string): T[] {
  const heard: T[] = [];
  socket.on(event, (payload: T) => heard.push(payload));
  return heard;
}

describe('the default namespace', () => {
  test('has news every three seconds and takes replies, by polling first and by WebSocket alone', async () => {
    const [polling, webSocket] = await Promise.all([open('/'), open('/', { transports: ['websocket'] })]);
    expect(webSocket.io.engine.transport.name).toBe('websocket');
    await until(async () => polling.io.engine.transport.name === 'websocket');
    const takesReplies = async (socket: Socket) => {
      const ended = collect(socket, 'ended');
      expect(await next(socket, 'news')).toBe('Hello Socket.IO');
      socket.emit('reply', 'Hello Node.JS');
      // The server takes it, and goes on.
      expect(await next(socket, 'news')).toBe('Hello Socket.IO');
      expect(ended).toEqual([]);
    };
    await Promise.all([polling, webSocket].map(takesReplies));
  });
});

describe('chat over sockets alone', () => {
  interface Said {
    user: string;
    chat: string;
    color?: string;
  }

  /** Lets a socket join a room. It is in the room for certain when it hears its own chat. */
  async function enter(room: string): Promise<Socket> {
    const socket = await open('/lab/chat');
    socket.emit('join', room);
    const own = next(socket, 'chat');
    socket.emit('chat', { room, chat: '왔어요' });
    await own;
    return socket;
  }

  /** Resolves when the socket hears this text for the first time. */
  function hears(socket: Socket, text: string): Promise<Said> {
    return new Promise((resolve) => {
      socket.on('chat', (said: Said) => {
        if (said.chat === text) resolve(said);
      });
    });
  }

  test('reaches those in the room, under the color that the server gave, and nobody else', async () => {
    const [ana, eve] = await Promise.all([enter('1반'), enter('2반')]);
    const elsewhere = collect<Said>(eve, 'chat');
    const entered = next<Said>(ana, 'join');
    const ben = await enter('1반');
    const { color } = await entered;
    expect(color).toMatch(/^#[0-9a-f]{6}$/);
    expect(await entered).toEqual({ user: 'system', chat: `${color ?? ''}님이 입장하셨습니다.`, color });

    const [byAna, byBen] = [ana, ben].map((socket) => hears(socket, '안녕'));
    ana.emit('chat', { room: '2반', user: '선생님', chat: '안녕' });
    const said = await byAna;
    expect(said).toEqual({ user: expect.stringMatching(/^#[0-9a-f]{6}$/), chat: '안녕' });
    expect(await byBen).toEqual(said);

    // Eve's own chat comes after it. So when she hears that, everything before it has arrived.
    const own = next<Said>(eve, 'chat');
    eve.emit('chat', { room: '1반', chat: '여기는 2반' });
    await own;
    expect(elsewhere.map(({ chat }) => chat)).toEqual(['여기는 2반']);

    const left = next<Said>(ana, 'exit');
    ben.disconnect();
    expect((await left).chat).toMatch(/님이 퇴장하셨습니다\.$/);
  });

  test('is kept nowhere: a person who comes later hears nothing of it, and a person who moves leaves the old room', async () => {
    const ana = await enter('3반');
    const ben = await open('/lab/chat');
    const heard = collect<Said>(ben, 'chat');
    const entered = next(ana, 'join');
    ben.emit('join', '3반');
    await entered;
    const left = next(ben, 'exit');
    ana.emit('join', '4반');
    await left;
    const alone = next(ben, 'chat');
    ben.emit('chat', { room: '3반', chat: '혼자' });
    await alone;
    expect(heard.map(({ chat }) => chat)).toEqual(['혼자']);
  });

  test('a person who has joined no room speaks to nobody', async () => {
    const ben = await enter('5반');
    const ana = await open('/lab/chat');
    const heard = [ana, ben].map((socket) => collect<Said>(socket, 'chat'));
    ana.emit('chat', { room: '5반', chat: '들려요?' });
    ana.emit('join', '5반');
    const both = [ana, ben].map((socket) => hears(socket, '이제는?'));
    ana.emit('chat', { room: '5반', chat: '이제는?' });
    await Promise.all(both);
    expect(heard.map((said) => said.map(({ chat }) => chat))).toEqual([['이제는?'], ['이제는?']]);
  });
});

describe('namespaces and rooms', () => {
  const PAGE = '/lab/rooms/0123abcd';
  interface Message {
    way: string;
    from: string;
  }

  /** Sends, then waits until every socket has heard what was sent to all after it. @returns who heard the first. */
  async function whoHears(panes: Record<string, Socket>, from: string, event: string, to?: string) {
    const heard = Object.entries(panes).map(
      ([name, pane]) => [name, collect<Message>(pane, 'message')] as const,
    );
    const sender = panes[from];
    sender?.emit(event, ...(to === undefined ? [] : [to]));
    // Each socket gets events in order. When it hears the later message, it has heard everything before.
    const others = Object.entries(panes).flatMap(([name, pane]) => (name === from ? [] : [pane]));
    for (const pane of [...(sender ? [sender] : []), ...others]) {
      const all = new Promise<void>((resolve) => {
        pane.on('message', ({ way, from: id }: Message) => {
          if (way === 'emitToAll' && id === pane.id) resolve();
        });
      });
      pane.emit('emitToAll');
      await all;
    }
    for (const pane of Object.values(panes)) pane.off('message');
    return heard.flatMap(([name, messages]) => (messages.some(({ way }) => way === event) ? [name] : []));
  }

  async function joinRoom(pane: Socket, room: string): Promise<void> {
    const told = next<string[]>(pane, 'rooms');
    pane.emit('join', room);
    expect(await told).toContain(room);
  }

  test('each way of sending reaches whom it should, within the namespace only', async () => {
    const red = () => open(`${PAGE}/red`);
    const [a, b, c, blue] = await Promise.all([red(), red(), red(), open(`${PAGE}/blue`)]);
    const panes = { a, b, c, blue };
    await Promise.all([joinRoom(a, '1'), joinRoom(b, '1'), joinRoom(c, '2'), joinRoom(blue, '1')]);

    expect(await whoHears(panes, 'a', 'emit')).toEqual(['a']);
    expect(await whoHears(panes, 'a', 'broadcast')).toEqual(['b', 'c']);
    expect(await whoHears(panes, 'a', 'toRoom', '1')).toEqual(['b']);
    expect(await whoHears(panes, 'c', 'toRoom', '1')).toEqual(['a', 'b']);
    expect(await whoHears(panes, 'a', 'except', '1')).toEqual(['c']);
    expect(await whoHears(panes, 'a', 'toSocket', c.id)).toEqual(['c']);
    expect(await whoHears(panes, 'a', 'toSocket', blue.id)).toEqual([]);
    const left = next<string[]>(b, 'rooms');
    b.emit('leave', '1');
    expect(await left).not.toContain('1');
    expect(await whoHears(panes, 'c', 'toRoom', '1')).toEqual(['a']);
  });

  test('pages do not hear each other', async () => {
    const [own, others] = await Promise.all([open(`${PAGE}/red`), open('/lab/rooms/89abcdef/red')]);
    expect(await whoHears({ own, others }, 'own', 'broadcast')).toEqual([]);
  });

  test('other names are no namespaces', async () => {
    for (const name of ['/lab/rooms', '/lab/rooms/0123abcd/green', '/lab/rooms/x/red']) {
      await expect(open(name)).rejects.toThrow('Invalid namespace');
    }
  });
});
