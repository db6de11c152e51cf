/** The half of the inputs that follows no grammar: bytes and frames that no client sends, on connections of their own. */
import fc, { type Arbitrary } from 'fast-check';
import type { Input } from './inputs';
import { broken, latin1, longText, strangeBytes, strangeText, weighted } from './values';
import { PANE } from './words';

/** Requests with their lines: `|` is the end of one. */
const http = (text: string) => text.replaceAll('|', '\r\n');
const COOKIE = 'Host: 127.0.0.1|Cookie: <cookie0>|';
const POST = `${COOKIE}Content-Type: application/json|Content-Length:`;
const FORM = 'Content-Disposition: form-data; name="gif"; filename="a.gif"';
const UPGRADE = `${COOKIE}Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==||`;
const UPGRADES = [
  '/',
  '/lab/ws',
  '/lab/compare/ws?run=<run>',
  '/nowhere',
  '/socket.io/?EIO=4&transport=websocket',
].map((path) => http(`GET ${path} HTTP/1.1|${UPGRADE}`));
const MESSAGES = [
  `GET / HTTP/1.1|${COOKIE}Accept: text/html||`,
  `GET / HTTP/1.1|Host: a||GET /healthz HTTP/1.1|Host: a||`,
  `GET /room/<open> HTTP/1.1|${COOKIE}Accept-Language: en||`,
  `GET /room/<secret>/chats?after=0&limit=100 HTTP/1.1|${COOKIE}|`,
  `GET http://127.0.0.1/gif/<secret>/<secretgif> HTTP/1.1|${COOKIE}If-None-Match: "a"|Range: bytes=0-||`,
  'OPTIONS * HTTP/1.1|Host: a||',
  'HEAD /lab/source/ws.ts HTTP/1.0|Connection: keep-alive||',
  `POST /room HTTP/1.1|${POST} 36||{"title":"a","max":10,"password":""}`,
  `POST /room/<open>/chat HTTP/1.1|${POST} 20009||{"chat":${'['.repeat(20_000)}`,
  `POST /room/<open>/gif HTTP/1.1|${COOKIE}Content-Type: multipart/form-data; boundary=x|Content-Length: 87||--x|${FORM}||GIF89a|--x--|`,
  `POST /room/<open>/chat HTTP/1.1|${COOKIE}Content-Type: application/json|Transfer-Encoding: chunked||c|{"chat":"a"}|0||`,
].map(http);
const HEADERS = ['Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Expect: 100-continue\r\n'];
/** Frames of a WebSocket that break its rules: reserved bits and codes, no mask, cut-off lengths, half a text. */
const FRAMES = [
  '\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '\xf1\x80aaaa',
  '\x83\x80aaaa',
  '\x81\x05hello',
  '\x88\x81aaaa\0',
];
const MORE_FRAMES = [
  '\x01\x81aaaa\0',
  '\x80\x80aaaa',
  '\x89\xfe\0\xffaaaa',
  '\x81\x84aaaa\xff\xff\xff\xff',
  '\x81\x82aaaa\0\0',
];

const piece = fc.oneof(fc.constantFrom('\r\n', '\0', ' ', ':', '%', '?', '0', ...HEADERS), latin1);
const badFrames = fc.array(fc.oneof(fc.constantFrom(...FRAMES, ...MORE_FRAMES), latin1));
const tooLong = fc.tuple(fc.constantFrom('X-A: ', 'Cookie: '), fc.constantFrom(5_000, 20_000));
const tcp: Arbitrary<Input> = fc.record({
  door: fc.constant('tcp' as const),
  bytes: weighted(
    [8, broken(fc.constantFrom(...MESSAGES, ...UPGRADES), piece)],
    [2, fc.tuple(fc.constantFrom(...UPGRADES), badFrames).map(([text, more]) => text + more.join(''))],
    [1, fc.array(latin1).map((some) => some.join(''))],
    [1, tooLong.map(([header, length]) => http(`GET / HTTP/1.1|${header}${'a'.repeat(length)}||`))],
  ),
  ends: fc.boolean(),
});

/** Packets of Socket.IO: engine.io's type, Socket.IO's type and attachments, namespace, id and payload. */
const TYPES = '42 42 42 42 40 41 43 44 451- 452- 461- 47 1 2 3 5 6 4'.split(' ');
const NAMESPACES = ['/chat,', '/room,', '/lab/chat,', `${PANE},`, '/lab/rooms/zzz/red,', '/nowhere,', ''];
const ARGS = [
  ...['["join","<open>"]', '["join",{"room":"<secret>","after":0}]', '["chat",{"room":"<open>","chat":"a"}]'],
  ...[
    '["disconnect"]',
    '["error","a"]',
    '["newListener"]',
    '["__proto__",{"__proto__":{"a":1}}]',
    '[]',
    '{}',
  ],
  ...[
    '"a"',
    '[1]',
    '["chat",{"_placeholder":true,"num":0}]',
    `["chat",${'['.repeat(9_000)}${']'.repeat(9_000)}]`,
  ],
];
const packet = fc
  .tuple(...[TYPES, NAMESPACES, ['', '0', '9'.repeat(20)], ARGS].map((of) => fc.constantFrom(...of)))
  .map((parts) => parts.join(''));
const frame = weighted<string | Uint8Array>(
  [4, packet],
  [3, broken(packet, fc.oneof(strangeText, fc.constantFrom('-', ',', '"', '/', '_placeholder')))],
  [1, strangeText],
  [1, longText],
  [2, strangeBytes],
);
const some = fc.array(frame, { maxLength: 8 });
const greeted = fc.tuple(fc.constantFrom('40', ...NAMESPACES.map((namespace) => `40${namespace}`)), some);

function noisy(path: Arbitrary<string>, frames: Arbitrary<(string | Uint8Array)[]>): Arbitrary<Input> {
  const cookie = fc.constantFrom('<cookie0>', '<cookie5>', '');
  return fc.record({ door: fc.constant('frames' as const), path, cookie, frames });
}

const WEB_SOCKET = '/socket.io/?transport=websocket&EIO=';
export const noise: Arbitrary<Input> = weighted(
  [6, tcp],
  [
    4,
    noisy(
      fc.constant(`${WEB_SOCKET}4`),
      greeted.map(([first, more]) => [first, ...more]),
    ),
  ],
  [1, noisy(fc.constantFrom(`${WEB_SOCKET}3`, `${WEB_SOCKET}4&sid=<sid>`), some)],
  [
    1,
    noisy(fc.constantFrom('/', '/lab/ws', '/lab/compare/ws?run=<run>', '/lab/compare/ws', '/nowhere'), some),
  ],
);
