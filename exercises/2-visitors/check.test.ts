import { io, type Socket } from 'socket.io-client';
import { person, startApp, type TestApp, until } from '../../tests/support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** Opens a socket in the namespace `/visitors`. `counts` are the numbers that it heard. */
async function visit(): Promise<{ socket: Socket; counts: number[] }> {
  const socket = io(`${app.url}/visitors`, {
    forceNew: true,
    transports: ['websocket'],
    reconnection: false,
  });
  app.sockets.push(socket);
  const counts: number[] = [];
  socket.on('visitors', (count: number) => counts.push(count));
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', ({ message }) => {
      reject(
        new Error(`네임스페이스 /visitors에 연결할 수 없습니다 · cannot connect to /visitors: ${message}`),
      );
    });
  });
  return { socket, counts };
}

async function hears(counts: number[], count: number): Promise<void> {
  await until(async () => counts.at(-1) === count, 5_000).catch(() => {
    throw new Error(
      `visitors: ${String(count)}을(를) 기다렸지만 · expected, but heard: ${counts.join(', ') || '-'}`,
    );
  });
}

test('들어온 사람은 몇 명이 있는지 듣습니다 · a visitor is told how many there are', async () => {
  const { socket, counts } = await visit();
  await hears(counts, 1);
  socket.disconnect();
});

test('누가 들어오거나 나가면 모두가 듣습니다 · everybody is told when somebody comes or goes', async () => {
  const first = await visit();
  const second = await visit();
  for (const { counts } of [first, second]) await hears(counts, 2);
  second.socket.disconnect();
  await hears(first.counts, 1);
  first.socket.disconnect();
});

test('다른 네임스페이스의 소켓은 세지 않습니다 · sockets of other namespaces do not count', async () => {
  const who = await person(app);
  await who.chat();
  await who.list();
  const { socket, counts } = await visit();
  await hears(counts, 1);
  socket.disconnect();
});
