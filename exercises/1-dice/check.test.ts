import { ask, createRoom, heard, join, person, startApp } from '../../tests/support/app';
import type { ChatClient, Person, TestApp } from '../../tests/support/app';
import type { SentChat } from '../../src/types/events';

const THROW = /^🎲 [1-6]$/;

let app: TestApp;
let owner: Person;
let room: string;
let sockets: [ChatClient, ChatClient];
beforeAll(async () => {
  app = await startApp();
  owner = await person(app);
  const other = await person(app);
  room = await createRoom(owner);
  sockets = [await owner.chat(), await other.chat()];
  for (const socket of sockets) await join(socket, room);
});
afterAll(() => app.stop());

const throwDice = (nonce: string) => ask(sockets[0], 'chat', { room, chat: '/dice', nonce });

const textOf = (chat?: SentChat) => (chat !== undefined && 'chat' in chat ? chat.chat : undefined);

/** The texts in the room's log, the newest last. */
async function log(): Promise<(string | undefined)[]> {
  const { body } = await owner.http.get(`/room/${room}/chats?limit=100`).expect(200);
  return (body as { chats: SentChat[] }).chats.filter(({ kind }) => kind === 'chat').map(textOf);
}

test('/dice라고 보내면 🎲와 1부터 6까지의 수가 저장됩니다 · /dice is stored as 🎲 and a number from 1 to 6', async () => {
  await throwDice('once');
  expect((await log()).at(-1)).toMatch(THROW);
});

test('방의 모두가 같은 눈을 봅니다 · everybody in the room sees the same number', async () => {
  const seen = sockets.map((socket) =>
    heard(socket, 'chats', (chats) => chats.some((chat) => 'nonce' in chat && chat.nonce === 'seen')),
  );
  await throwDice('seen');
  const [mine, others] = (await Promise.all(seen)).map((chats) => textOf(chats.at(-1)));
  expect(mine).toMatch(THROW);
  expect(others).toBe(mine);
});

test('서른 번 던지면 눈이 모두 같지는 않습니다 · thirty throws are not all alike', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => throwDice(`throw ${String(n)}`)));
  expect(new Set((await log()).slice(-30)).size).toBeGreaterThan(1);
});

test('답을 못 받아 다시 보내도 두 번 던지지 않습니다 · sent again with the same nonce, it is one throw', async () => {
  const first = await throwDice('again');
  expect(await throwDice('again')).toEqual(first);
});

test('폼으로 보내도 됩니다 · a form may send it, too', async () => {
  await owner.http.post(`/room/${room}/chat`).send({ chat: '/dice' }).expect(200);
  expect((await log()).at(-1)).toMatch(THROW);
});

test.each(['/dice?', '/dices', '주사위는 /dice'])(
  '%s: 다른 글은 그대로입니다 · other texts stay',
  async (chat) => {
    await ask(sockets[0], 'chat', { room, chat });
    expect((await log()).at(-1)).toBe(chat);
  },
);
