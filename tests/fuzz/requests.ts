/** Requests to every route, right but for some values. */
import fc, { type Arbitrary } from 'fast-check';
import type { Body, Input, Part } from './inputs';
import { fields, gifs, latin1, mostly, strange, strangeText, weighted } from './values';
import { name, nonce, one, person, room, seq, text, type Fields } from './words';

const digits = seq.map(String);
const lang = one('ko', 'en');
const password = one('password', 'wrong');
const creating = { title: text, max: one('10', 2, 500), ephemeral: one('on', false, true), name };
const error = one('존재하지 않는 방입니다.', 'x');
const line = { EIO: one('4', '3'), transport: one('polling', 'websocket'), sid: one('<sid>', '<sid>', '') };
/** The segments of a path that begin with a colon. */
const SEGMENTS: Record<string, Arbitrary<string>> = {
  ':room': room,
  ':seq': digits,
  ':file': one('<gif>', '<secretgif>'),
  ':run': one('<run>'),
  ':form': one('enter', 'leave', 'chat', 'gif', 'name'),
  ':lab': one('ws', 'socketio', 'chat', 'compare', 'rooms'),
  ':listing': one('ws.ts', 'rooms.ts', 'long-polling.ts'),
  ':static': one('main.css', 'favicon.ico', 'index.js', 'tsconfig.json', 'manifest.webmanifest'),
};
/** A password takes long to hash on purpose, so that few rooms are made with one. */
const ROUTES: [weight: number, method: string, path: string, query?: Fields, body?: Fields][] = [
  [1, 'GET', '/healthz'],
  [3, 'GET', '/', { before: room, error, lang }],
  [1, 'GET', '/room'],
  [3, 'POST', '/room', {}, creating],
  [1, 'POST', '/room', {}, { ...creating, password }],
  [3, 'GET', '/room/:room', { cookie: one('check', 'sent'), lang }],
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
  [1, 'GET', '/lab'],
  [1, 'GET', '/lab/:lab'],
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
  [1, 'GET', '/socket.io/', line],
  [2, 'POST', '/socket.io/', line, {}],
];

/** Node's client sends no other characters in headers. */
const headerText = strangeText.map((value) => value.replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, 4_000));
const header = (...rights: string[]) => mostly(one(...rights), headerText);
const rarely = (...rights: string[]) => mostly(one(undefined), header(...rights));
const known = person.map((number) => `<cookie${String(number)}>`);
const headers = fc
  .record({
    cookie: mostly(known, header('lang=en', 'theme=dark', 'connect.sid=j:1', 'connect.sid=s:a.b', '')),
    accept: header('text/html', 'application/json', '*/*', 'image/*'),
    'accept-encoding': rarely('gzip', 'br', 'deflate', 'identity;q=0', 'gzip, br'),
    'accept-language': rarely('en', 'ko', 'fr;q=0.1,*'),
    'sec-fetch-site': rarely('same-origin', 'same-origin', 'none', 'cross-site'),
    'sec-purpose': rarely('prefetch'),
    origin: rarely('http://example.org', 'null'),
    'x-forwarded-for': rarely('198.51.100.7', '2001:db8::1', '10.0.0.1, 10.0.0.2'),
    'x-forwarded-proto': rarely('https'),
    'if-none-match': rarely('*', '"a"'),
    range: rarely('bytes=0-9', 'bytes=9-0'),
    'content-type': rarely('application/json; charset=utf-7', 'multipart/form-data', 'text/plain'),
    'content-encoding': rarely('gzip', 'identity', 'br'),
  })
  .map((all) =>
    Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value ? [[key, value]] : []))),
  );

const part: Arbitrary<Part> = fc.record({
  name: fc.oneof(one('gif', 'nonce', 'chat', '__proto__'), strangeText),
  file: fc.option(strangeText, { nil: undefined }),
  content: gifs,
});

function bodyOf(of: Fields | undefined): Arbitrary<Body | undefined> {
  const json = fc.record({ json: strange });
  if (of === undefined) return mostly(one(undefined), json);
  const right = fields(of);
  const parts = right.map((all) => ({ parts: Object.entries(all).map(partOf) }));
  const strangeParts = fc.record({ parts: fc.array(part, { maxLength: 8 }) });
  if ('gif' in of) return mostly(mostly(parts, strangeParts), json);
  return mostly(
    fc.oneof(fc.record({ json: right }), fc.record({ form: right })),
    fc.oneof(parts, json, fc.record({ text: latin1 }), one(undefined)),
  );
}

function partOf([field, value]: [string, unknown]): Part {
  const content = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return { name: field, file: field === 'gif' ? 'a.gif' : undefined, content };
}

function segmentOf(segment: string): Arbitrary<string> {
  const right = SEGMENTS[segment];
  return right === undefined ? one(segment) : mostly(right, strangeText);
}

export const request: Arbitrary<Input> = weighted(
  ...ROUTES.map(([weight, method, path, query = {}, body]): [number, Arbitrary<Input>] => [
    weight,
    fc.record({
      door: one('http' as const),
      method: weighted([40, one(method)], [1, one('HEAD', 'PUT', 'OPTIONS', 'PATCH', 'TRACE', 'POST')]),
      path: fc.tuple(...path.split('/').slice(1).map(segmentOf)),
      query: Object.keys(query).length === 0 ? fc.constant({}) : fields(query),
      headers,
      body: bodyOf(body),
    }),
  ]),
);
