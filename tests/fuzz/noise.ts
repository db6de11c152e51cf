/** The half of the inputs that follows no grammar: bytes and frames that no client sends, on connections of their own. */
import fc, { type Arbitrary } from 'fast-check';
import { PANE, type Input } from './inputs';
import { broken, latin1, longText, strangeText } from './values';

const request = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const HOST = 'Host: 127.0.0.1';
const upgrade = (path: string) =>
  request(
    `GET ${path} HTTP/1.1`,
    HOST,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Cookie: <cookie0>',
  );
const post = (path: string, type: string, body: string) =>
  request(
    `POST ${path} HTTP/1.1`,
    HOST,
    `Content-Type: ${type}`,
    `Content-Length: ${String(body.length)}`,
    'Cookie: <cookie1>',
  ) + body;
const CHUNKED = request(
  'POST /room/<open>/chat HTTP/1.1',
  HOST,
  'Transfer-Encoding: chunked',
  'Content-Type: application/json',
  'Cookie: <cookie2>',
);
const PARTS =
  '--x\r\nContent-Disposition: form-data; name="nonce"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="gif"; filename="a.gif"\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--x--\r\n';

const MESSAGES = [
  request('GET / HTTP/1.1', HOST, 'Accept: text/html', 'Cookie: <cookie3>'),
  request('GET /room/<open> HTTP/1.1', HOST, 'Cookie: <cookie0>; lang=en; theme=dark'),
  request('GET /room/<secret>/chats?after=0&limit=100 HTTP/1.1', HOST, 'Cookie: <cookie4>'),
  request('OPTIONS * HTTP/1.1', HOST),
  request(
    'GET http://127.0.0.1/gif/<secret>/<secretgif> HTTP/1.1',
    HOST,
    'If-None-Match: "a"',
    'Range: bytes=0-',
  ),
  request('HEAD /lab/source/ws.ts HTTP/1.0', 'Connection: keep-alive'),
  post('/room', 'application/json', '{"title":"방","max":10,"password":""}'),
  post('/room/<open>/chat', 'application/x-www-form-urlencoded', 'chat=%EC%95%88&nonce=1'),
  post('/room/<open>/gif', 'multipart/form-data; boundary=x', PARTS),
  post('/room/<open>/chat', 'application/json', `{"chat":${'['.repeat(20_000)}`),
  `${CHUNKED}c\r\n{"chat":"a"}\r\n0\r\n\r\n`,
  upgrade('/socket.io/?EIO=4&transport=websocket'),
  ...['/', '/lab/ws', '/lab/compare/ws?run=<run>', '/nowhere'].map(
    (path) => `${upgrade(path)}\x81\x82aaaa\x00\x00`,
  ),
  `${request('GET / HTTP/1.1', HOST)}${request('GET /healthz HTTP/1.1', HOST)}`,
];
const PIECES = [
  '\r\n',
  '\0',
  ' ',
  ':',
  '%',
  '?',
  '0',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Expect: 100-continue\r\n',
];
/** Frames of a WebSocket that break its rules: reserved bits and codes, no mask, cut-off lengths, a half text. */
const FRAMES = [
  '\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '\xf1\x80aaaa',
  '\x83\x80aaaa',
  '\x81\x05hello',
  '\x88\x81aaaa\x00',
  '\x01\x81aaaa\x00',
  '\x80\x80aaaa',
  '\x89\xfe\x00\xffaaaa',
  '\x81\x84aaaa\xff\xff\xff\xff',
];

const pieces = fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...FRAMES), latin1);
const tcp: Arbitrary<Input> = fc.record({
  door: fc.constant('tcp' as const),
  bytes: fc.oneof(
    {
      weight: 8,
      arbitrary: broken(
        fc.constantFrom(...MESSAGES).map((text) => Buffer.from(text).toString('latin1')),
        pieces,
      ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...MESSAGES.slice(11)), fc.array(pieces))
        .map(([text, more]) => text + more.join('')),
    },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some).toString('latin1')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('X-A: ', 'Cookie: ', 'GET /'), fc.constantFrom(5_000, 20_000))
        .map(([start, length]) => `GET / HTTP/1.1\r\n${start}${'a'.repeat(length)}\r\n\r\n`),
    },
  ),
  ends: fc.boolean(),
});

const NAMESPACES = ['/chat,', '/room,', '/lab/chat,', `${PANE},`, '/lab/rooms/zzz/red,', '/nowhere,', ''];
const ARGS = [
  '["join","<open>"]',
  '["join",{"room":"<secret>","after":0}]',
  '["chat",{"room":"<open>","chat":"a"}]',
  '["leave","<open>"]',
  '["kick",{"room":"<open>","userId":"<user1>"}]',
  '["disconnect"]',
  '["error","a"]',
  '["newListener"]',
  '["__proto__",{"__proto__":{"a":1}}]',
  '["chat",{"_placeholder":true,"num":0}]',
  '[]',
  '{}',
  '"a"',
  '[1]',
  `["chat",${'['.repeat(9_000)}${']'.repeat(9_000)}]`,
];
/** Packets of Socket.IO: engine.io's type, Socket.IO's type, attachments, namespace, id and payload. */
const packet = fc
  .tuple(
    fc.constantFrom(
      '42',
      '42',
      '42',
      '40',
      '41',
      '43',
      '44',
      '451-',
      '452-',
      '461-',
      '47',
      '1',
      '2',
      '3',
      '5',
      '6',
      '4',
    ),
    fc.constantFrom(...NAMESPACES),
    fc.constantFrom('', '0', '1', '99999999999999999999'),
    fc.constantFrom(...ARGS),
  )
  .map((of) => of.join(''));
const frame = fc.oneof(
  { weight: 4, arbitrary: packet },
  {
    weight: 3,
    arbitrary: broken(packet, fc.oneof(strangeText, fc.constantFrom('-', ',', '"', '/', '_placeholder'))),
  },
  { weight: 1, arbitrary: strangeText },
  { weight: 1, arbitrary: longText },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 50 }) },
);
const greeting = fc.constantFrom('40/chat,', '40/room,', '40', '40/lab/chat,', `40${PANE},`);
const frames: Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: noisy(
      fc.constant('/socket.io/?EIO=4&transport=websocket'),
      fc
        .tuple(greeting, fc.array(frame, { minLength: 1, maxLength: 8 }))
        .map(([first, more]) => [first, ...more]),
    ),
  },
  {
    weight: 1,
    arbitrary: noisy(
      fc.constantFrom(
        '/socket.io/?EIO=4&transport=websocket&sid=<sid>',
        '/socket.io/?EIO=3&transport=websocket',
      ),
      fc.array(frame, { maxLength: 8 }),
    ),
  },
  {
    weight: 1,
    arbitrary: noisy(
      fc.constantFrom('/', '/lab/ws', '/lab/compare/ws?run=<run>', '/lab/compare/ws', '/nowhere'),
      fc.array(frame, { maxLength: 8 }),
    ),
  },
);

function noisy(path: Arbitrary<string>, what: Arbitrary<(string | Uint8Array)[]>): Arbitrary<Input> {
  return fc.record({
    door: fc.constant('frames' as const),
    path,
    cookie: fc.constantFrom('<cookie0>', '<cookie5>', ''),
    frames: what,
  });
}

export const noise: Arbitrary<Input> = fc.oneof(tcp, frames);
