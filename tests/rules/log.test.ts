import { ObjectId } from 'bson';
import { nextChat, type Said } from '../../src/rules/log';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0, 500);
const ROOM = { _id: 'a'.repeat(24), seq: 41 };
const TEXT: Said = { kind: 'chat', userId: 'mina', color: '#3a7867', chat: '안녕' };

it('numbers a chat on from the room, under the color of who speaks', () => {
  const chat = nextChat(ROOM, { ...TEXT, nonce: 'n' }, NOW);
  expect(chat).toEqual({
    _id: chat._id,
    room: ROOM._id,
    seq: 42,
    kind: 'chat',
    user: '#3a7867',
    userId: 'mina',
    color: '#3a7867',
    chat: '안녕',
    nonce: 'n',
    createdAt: new Date(NOW),
  });
});

it.each([
  ['join', '#3a7867님이 입장하셨습니다.'],
  ['exit', '#3a7867님이 퇴장하셨습니다.'],
  ['kick', '#3a7867님을 내보냈습니다.'],
  ['owner', '#3a7867님이 방장이 되었습니다.'],
] as const)('tells a %s as a sentence of the system, with whom it is about beside it', (kind, sentence) => {
  const chat = nextChat(ROOM, { kind, userId: 'mina', color: '#3a7867' }, NOW);
  expect(chat).toMatchObject({ kind, user: 'system', chat: sentence, userId: 'mina', color: '#3a7867' });
});

it('gives an ObjectId of its time, the same for the same chat and another for every other', () => {
  const { _id } = nextChat(ROOM, TEXT, NOW);
  expect(_id).toMatch(/^[0-9a-f]{24}$/);
  expect(new ObjectId(_id).getTimestamp()).toEqual(new Date(Date.UTC(2026, 0, 1, 12)));
  expect(nextChat(ROOM, TEXT, NOW)._id).toBe(_id);
  expect(nextChat({ ...ROOM, seq: 42 }, TEXT, NOW)._id).not.toBe(_id);
  expect(nextChat({ ...ROOM, _id: 'b'.repeat(24) }, TEXT, NOW)._id).not.toBe(_id);
});

it('gives a chat whose sender chose no nonce its own id as one', () => {
  const chat = nextChat(ROOM, TEXT, NOW);
  expect(chat.nonce).toBe(chat._id);
});
