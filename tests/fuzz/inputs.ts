/**
 * What is sent. The half of it that follows the grammar: requests and events that are right but for some values. The world
 * replaces words like `<open>` when an input is sent, so that inputs with the same number and seed are the same in every run.
 */
import fc, { type Arbitrary } from 'fast-check';
import { fields, gifs, latin1, mostly, strange, strangeText } from './values';

export interface Part {
  name: string;
  file?: string | undefined;
  /** Every character is a byte. */
  content: string;
}

export type Body = { json: unknown } | { form: object } | { parts: Part[] } | { text: string };

export type Input =
  | {
      door: 'http';
      method: string;
      path: string[];
      query: Record<string, unknown>;
      headers: Record<string, string>;
      body: Body | undefined;
    }
  | { door: 'event'; person: number; namespace: string; event: string; args: unknown[]; hasAck: boolean }
  /** Bytes on a bare connection; every character is a byte. `ends`: nothing more will come. */
  | { door: 'tcp'; bytes: string; ends: boolean }
  /** A bare WebSocket, on which texts and bytes are sent. */
  | { door: 'frames'; path: string; cookie: string; frames: (string | Uint8Array)[] };

/** People of the world who act. Each has a session and sockets. */
export const PEOPLE = 6;
export const PANE = '/lab/rooms/0123abcd/red';

const person = fc.nat(PEOPLE - 1);
const often = fc.constantFrom('<here>', '<here>', '<here>', '<open>', '<quick>', '<locked>');
const room = fc.oneof(
  often,
  often,
  often,
  fc.constantFrom('<secret>', '<small>', '<gone>', '<new>', '<open> '),
);
const userId = fc.oneof(
  person.map((number) => `<user${String(number)}>`),
  fc.constant('<keeper>'),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  fc.constantFrom('안녕', 'https://example.org/?a=b'),
);
const name = fc.constantFrom('민수', 'Ann', '', '가'.repeat(20));
const password = fc.constantFrom('password', 'wrong');
const nonce = fc.string({ minLength: 1, maxLength: 64 });
const seq = fc.oneof(fc.nat(9), fc.nat(300));
const digits = seq.map(String);
const flag = fc.boolean();

/** The payloads of `/chat`, right or strange, and how often each event is sent. */
const CHAT: [number, string, Arbitrary<unknown>][] = [
  [4, 'join', fc.oneof(room, fields({ room, after: fc.oneof(fc.constant(0), seq), people: flag, name }))],
  [1, 'leave', room],
  [5, 'chat', fields({ room, chat: text, nonce })],
  [2, 'whisper', fields({ room, to: userId, chat: text })],
  [2, 'typing', fields({ room, typing: flag })],
  [2, 'rename', fields({ room, name })],
  [2, 'takeback', fields({ room, seq })],
  [1, 'kick', fields({ room, userId })],
  [1, 'handover', fields({ room, userId })],
];
const said = fields({ room: fc.constantFrom('a', 'b'), chat: text, user: text });
const pane = fc.constantFrom('1', '2');
/** The lab's events have no acks. Strange ones end the socket, which then connects again. */
const LAB: [string, string, Arbitrary<unknown>][] = [
  ['/', 'reply', text],
  ['/lab/chat', 'join', fc.constantFrom('a', 'b')],
  ['/lab/chat', 'chat', said],
  ...['join', 'leave', 'toRoom', 'except'].map((event): [string, string, Arbitrary<unknown>] => [
    PANE,
    event,
    pane,
  ]),
  ...['emit', 'emitToAll', 'broadcast'].map((event): [string, string, Arbitrary<unknown>] => [
    PANE,
    event,
    fc.constant(undefined),
  ]),
  [PANE, 'toSocket', fc.constant('<socket>')],
];

const chatEvent = fc.oneof(
  ...CHAT.map(([weight, event, right]) => ({
    weight,
    arbitrary: fc.record({
      door: fc.constant('event' as const),
      person,
      namespace: fc.constant('/chat'),
      event: fc.constant(event),
      args: mostly(
        mostly(right, strange).map((one) => [one]),
        fc.array(strange, { maxLength: 3 }),
      ),
      hasAck: mostly(fc.constant(true), fc.constant(false)),
    }),
  })),
);
const otherEvent = fc.oneof(
  ...LAB.map(([namespace, event, right]) =>
    fc.record({
      door: fc.constant('event' as const),
      person,
      namespace: fc.constant(namespace),
      event: fc.constant(event),
      args: mostly(
        right.map((one) => (one === undefined ? [] : [one])),
        fc.array(strange, { maxLength: 3 }),
      ),
      hasAck: fc.constant(false),
    }),
  ),
  fc.record({
    door: fc.constant('event' as const),
    person,
    namespace: fc.constantFrom('/chat', '/room', '/'),
    // Names that Socket.IO's client keeps for itself come by the noise.
    event: mostly(fc.constantFrom('message', 'chats', '__proto__', 'toString', 'constructor'), strangeText),
    args: fc.array(strange, { maxLength: 3 }),
    hasAck: fc.constant(false),
  }),
);

/** The segments of a path that begin with a colon. */
const SEGMENTS: Record<string, Arbitrary<string>> = {
  ':room': room,
  ':seq': digits,
  ':file': fc.constantFrom('<gif>', '<secretgif>'),
  ':run': fc.constant('<run>'),
  ':form': fc.constantFrom('enter', 'leave', 'chat', 'gif', 'name'),
  ':lab': fc.constantFrom('ws', 'socketio', 'chat', 'compare', 'rooms'),
  ':listing': fc.constantFrom('ws.ts', 'rooms.ts', 'long-polling.ts'),
  ':static': fc.constantFrom('main.css', 'favicon.ico', 'index.js', 'tsconfig.json', 'manifest.webmanifest'),
};
type Fields = Record<string, Arbitrary<unknown>>;
const creating = {
  title: text,
  max: fc.constantFrom('10', 2, 500),
  ephemeral: fc.constantFrom('on', false, true),
  name,
};
/** Hashing a password is slow on purpose, so that few rooms are made with one. */
const ROUTES: [weight: number, method: string, path: string, query?: Fields, body?: Fields][] = [
  [1, 'GET', '/healthz'],
  [
    3,
    'GET',
    '/',
    {
      before: room,
      error: fc.constantFrom('존재하지 않는 방입니다.', 'x'),
      lang: fc.constantFrom('ko', 'en'),
    },
  ],
  [1, 'GET', '/room'],
  [3, 'POST', '/room', {}, creating],
  [1, 'POST', '/room', {}, { ...creating, password }],
  [3, 'GET', '/room/:room', { cookie: fc.constantFrom('check', 'sent'), lang: fc.constantFrom('ko', 'en') }],
  [1, 'GET', '/room/:room', { password }],
  [1, 'DELETE', '/room/:room'],
  [1, 'GET', '/room/:room/:form'],
  [1, 'POST', '/room/:room/enter', {}, { password }],
  [1, 'POST', '/room/:room/leave', {}, {}],
  [4, 'GET', '/room/:room/chats', { before: digits, limit: digits }],
  [2, 'GET', '/room/:room/chats', { after: digits }],
  [5, 'POST', '/room/:room/chat', {}, { chat: text, nonce }],
  [3, 'POST', '/room/:room/gif', {}, { nonce, gif: gifs }],
  [2, 'POST', '/room/:room/name', {}, { name }],
  [2, 'DELETE', '/room/:room/chats/:seq'],
  [2, 'POST', '/room/:room/chats/:seq/takeback', {}, {}],
  [3, 'GET', '/gif/:room/:file'],
  [1, 'GET', '/lab/:lab'],
  [1, 'GET', '/lab'],
  [1, 'GET', '/lab/source/:listing'],
  [1, 'GET', '/lab/ws/crowd'],
  [1, 'POST', '/lab/compare/runs', {}, {}],
  [1, 'GET', '/lab/compare/runs/:run'],
  [1, 'DELETE', '/lab/compare/runs/:run'],
  [1, 'GET', '/lab/compare/runs/:run/short'],
  [1, 'GET', '/lab/compare/runs/:run/long', { after: digits }],
  [1, 'GET', '/lab/compare/runs/:run/events'],
  [1, 'GET', '/:static'],
  [1, 'GET', '/socket.io/socket.io.js'],
  [
    2,
    'POST',
    '/socket.io/',
    { EIO: fc.constant('4'), transport: fc.constant('polling'), sid: fc.constant('<sid>') },
    {},
  ],
  [
    1,
    'GET',
    '/socket.io/',
    {
      EIO: fc.constantFrom('4', '3'),
      transport: fc.constantFrom('polling', 'websocket'),
      sid: fc.constantFrom('<sid>', ''),
    },
  ],
];

/** Node's client sends no other characters in headers. */
const headerText = strangeText.map((value) => value.replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, 4_000));
const header = (...rights: string[]) => mostly(fc.constantFrom(...rights), headerText);
const rarely = (one: Arbitrary<string>) => mostly(fc.constant(undefined), one);
const headers = fc
  .record({
    cookie: mostly(
      person.map((number) => `<cookie${String(number)}>`),
      header('lang=en', 'theme=dark', 'connect.sid=j:1', 'connect.sid=s:a.b', ''),
    ),
    accept: header('text/html', 'application/json', '*/*', 'image/*'),
    'accept-encoding': rarely(header('gzip', 'br', 'deflate', 'identity;q=0', 'gzip, br')),
    'accept-language': rarely(header('en', 'ko', 'fr;q=0.1,*')),
    'sec-fetch-site': rarely(header('same-origin', 'same-origin', 'none', 'cross-site')),
    'sec-purpose': rarely(header('prefetch')),
    origin: rarely(header('http://example.org', 'null')),
    'x-forwarded-for': rarely(header('198.51.100.7', '2001:db8::1', '10.0.0.1, 10.0.0.2')),
    'x-forwarded-proto': rarely(header('https')),
    'if-none-match': rarely(header('*', '"a"')),
    range: rarely(header('bytes=0-9', 'bytes=9-0')),
    'content-type': rarely(
      header('application/json', 'application/json; charset=utf-7', 'multipart/form-data', 'text/plain'),
    ),
    'content-encoding': rarely(header('gzip', 'identity', 'br')),
  })
  .map((all) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) =>
        typeof value === 'string' && value !== '' ? [[key, value]] : [],
      ),
    ),
  );

function bodyOf(of: Fields | undefined): Arbitrary<Body | undefined> {
  if (of === undefined) return mostly(fc.constant(undefined), fc.record({ json: strange }));
  const right = fields(of);
  const parts = right.map((all) => ({
    parts: Object.entries(all).map(([field, value]) => partOf(field, value)),
  }));
  if ('gif' in of)
    return mostly(
      mostly(parts, fc.record({ parts: fc.array(part, { maxLength: 8 }) })),
      fc.record({ json: right }),
    );
  return mostly(
    fc.oneof(fc.record({ json: right }), fc.record({ form: right })),
    fc.oneof(parts, fc.record({ json: strange }), fc.record({ text: latin1 }), fc.constant(undefined)),
  );
}

const part = fc.record({
  name: fc.oneof(fc.constantFrom('gif', 'nonce', 'chat', '__proto__'), strangeText),
  file: fc.option(strangeText, { nil: undefined }),
  content: gifs,
});
const partOf = (field: string, value: unknown): Part => ({
  name: field,
  file: field === 'gif' ? 'a.gif' : undefined,
  content: typeof value === 'string' ? value : JSON.stringify(value ?? null),
});

const request = fc.oneof(
  ...ROUTES.map(([weight, method, path, query = {}, body]) => ({
    weight,
    arbitrary: fc.record({
      door: fc.constant('http' as const),
      method: fc.oneof(
        { weight: 40, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom('HEAD', 'PUT', 'OPTIONS', 'PATCH', 'TRACE', 'POST') },
      ),
      path: fc.tuple(
        ...path
          .split('/')
          .slice(1)
          .map((segment) => {
            const right = SEGMENTS[segment];
            return right === undefined ? fc.constant(segment) : mostly(right, strangeText);
          }),
      ),
      query: Object.keys(query).length === 0 ? fc.constant({}) : fields(query),
      headers,
      body: bodyOf(body),
    }),
  })),
);

export const grammar: Arbitrary<Input> = fc.oneof(
  { weight: 9, arbitrary: request },
  { weight: 9, arbitrary: chatEvent },
  { weight: 1, arbitrary: otherEvent },
);
