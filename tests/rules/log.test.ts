import { ObjectId } from 'bson';
import { nextChat, type Said } from '../../src/rules/log';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0, 500);
const ROOM = { _id: 'a'.repeat(24), seq: 41 };
const TEXT: Said = { kind: 'chat', userId: 'mina', color: '#3a7867', chat: '안녕' };

it('gives a chat the room’s next number and the color of its person', () => {
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

it.each(['join', 'exit', 'kick', 'owner'] as const)(
  'records a %s as what happened to whom, and not as a sentence in some language',
  (kind) => {
    const chat = nextChat(ROOM, { kind, userId: 'mina', color: '#3a7867' }, NOW);
    expect(chat).toMatchObject({ kind, user: 'system', userId: 'mina', color: '#3a7867' });
    expect(chat).not.toHaveProperty('chat');
  },
);

it('makes an ObjectId with the time in it, always the same for the same chat, and different for others', () => {
  const { _id } = nextChat(ROOM, TEXT, NOW);
  expect(_id).toMatch(/^[0-9a-f]{24}$/);
  expect(new ObjectId(_id).getTimestamp()).toEqual(new Date(Date.UTC(2026, 0, 1, 12)));
  expect(nextChat(ROOM, TEXT, NOW)._id).toBe(_id);
  expect(nextChat({ ...ROOM, seq: 42 }, TEXT, NOW)._id).not.toBe(_id);
  expect(nextChat({ ...ROOM, _id: 'b'.repeat(24) }, TEXT, NOW)._id).not.toBe(_id);
});

it('uses the id of a chat as its nonce if the sender gave none', () => {
  const chat = nextChat(ROOM, TEXT, NOW);
  expect(chat.nonce).toBe(chat._id);
});
