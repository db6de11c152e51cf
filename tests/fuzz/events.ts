/** Events of sockets that behave, right but for some values. */
import fc, { type Arbitrary } from 'fast-check';
import type { Input } from './inputs';
import { fields, mostly, strange, strangeText, weighted } from './values';
import { name, nonce, one, PANE, person, room, seq, text, userId } from './words';

type Right = Arbitrary<unknown>;

/** The payloads of `/chat`, and how often each event is sent. */
const after = fc.oneof(one(0), seq);
const CHAT: [weight: number, event: string, right: Right][] = [
  [4, 'join', fc.oneof(room, fields({ room, after, people: fc.boolean(), name }))],
  [1, 'leave', room],
  [5, 'chat', fields({ room, chat: text, nonce })],
  [2, 'whisper', fields({ room, to: userId, chat: text })],
  [2, 'typing', fields({ room, typing: fc.boolean() })],
  [2, 'rename', fields({ room, name })],
  [2, 'takeback', fields({ room, seq })],
  [1, 'kick', fields({ room, userId })],
  [1, 'handover', fields({ room, userId })],
];
/** The lab's events have no acks. Strange ones end the socket, which then connects again. */
const pane = one('1', '2');
const LAB: [namespace: string, event: string, right?: Right][] = [
  ['/', 'reply', text],
  ['/lab/chat', 'join', one('a', 'b')],
  ['/lab/chat', 'chat', fields({ room: one('a', 'b'), chat: text, user: text })],
  [PANE, 'join', pane],
  [PANE, 'leave', pane],
  [PANE, 'toRoom', pane],
  [PANE, 'except', pane],
  [PANE, 'toSocket', one('<socket>')],
  [PANE, 'emit'],
  [PANE, 'emitToAll'],
  [PANE, 'broadcast'],
];

const strangeArgs = fc.array(strange, { maxLength: 3 });
const argsOf = (right?: Right): Arbitrary<unknown[]> =>
  right === undefined ? fc.constant([]) : mostly(right, strange).map((payload) => [payload]);

function sent(
  namespace: string,
  name: Arbitrary<string>,
  args: Arbitrary<unknown[]>,
  hasAck: boolean,
): Arbitrary<Input> {
  return fc.record({
    door: one('event' as const),
    person,
    namespace: one(namespace),
    event: name,
    args: mostly(args, strangeArgs),
    hasAck: hasAck ? mostly(one(true), one(false)) : one(false),
  });
}

const chat = weighted(
  ...CHAT.map(([weight, name, right]): [number, Arbitrary<Input>] => [
    weight,
    sent('/chat', one(name), argsOf(right), true),
  ]),
);
const lab = fc.oneof(
  ...LAB.map(([namespace, name, right]) => sent(namespace, one(name), argsOf(right), false)),
);
/** Names that nobody listens to. Those that Socket.IO keeps for itself come by the noise. */
const noName = fc.oneof(one('message', 'chats', '__proto__', 'toString', 'constructor'), strangeText);
const unheard = fc.oneof(
  ...['/chat', '/room', '/'].map((namespace) => sent(namespace, noName, strangeArgs, false)),
);

export const event: Arbitrary<Input> = weighted([9, chat], [1, fc.oneof(lab, unheard)]);
