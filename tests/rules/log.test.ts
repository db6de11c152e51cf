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

it.each(['join', 'exit', 'kick', 'owner'] as const)(
  'keeps of a %s what happened to whom, and no sentence of any language',
  (kind) => {
    const chat = nextChat(ROOM, { kind, userId: 'mina', color: '#3a7867' }, NOW);
    expect(chat).toMatchObject({ kind, user: 'system', userId: 'mina', color: '#3a7867' });
    expect(chat).not.toHaveProperty('chat');
  },
);

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
