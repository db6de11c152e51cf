import { ask, createRoom, heard, join, person, startApp } from '../../tests/support/app';
import type { ChatClient, Person, TestApp } from '../../tests/support/app';

const CASES = [
  ['이 바보야', '이 **야'],
  ['멍청이와 바보', '***와 **'],
  ['You FOOL!', 'You ****!'],
] as const;

let app: TestApp;
let owner: Person;
let room: string;
let mine: ChatClient;
let others: ChatClient;
let otherId: string;
beforeAll(async () => {
  app = await startApp();
  owner = await person(app);
  room = await createRoom(owner);
  mine = await owner.chat();
  others = await (await person(app)).chat();
  await join(mine, room);
  otherId = (await join(others, room)).me.id;
});
afterAll(() => app.stop());

async function newest(): Promise<unknown> {
  const { body } = await owner.http.get(`/room/${room}/chats?limit=1`).expect(200);
  return (body as { chats: { chat: string }[] }).chats[0]?.chat;
}

test.each(CASES)('소켓으로 · by socket: %s → %s', async (chat, shown) => {
  const seen = heard(others, 'chats');
  await ask(mine, 'chat', { room, chat });
  const [first] = await seen;
  expect(first && 'chat' in first && first.chat).toBe(shown);
  expect(await newest()).toBe(shown);
});

test.each(CASES)('폼으로 · by a form: %s → %s', async (chat, shown) => {
  await owner.http.post(`/room/${room}/chat`).send({ chat }).expect(200);
  expect(await newest()).toBe(shown);
});

test.each(CASES)('귓속말로 · in a whisper: %s → %s', async (chat, shown) => {
  const seen = heard(others, 'whisper');
  await ask(mine, 'whisper', { room, to: otherId, chat });
  expect((await seen).chat).toBe(shown);
});

test('다른 글은 그대로입니다 · other texts stay', async () => {
  await ask(mine, 'chat', { room, chat: '바 보, 멍청한 food' });
  expect(await newest()).toBe('바 보, 멍청한 food');
});
