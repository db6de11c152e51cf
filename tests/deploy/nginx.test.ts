import { io, type Socket } from 'socket.io-client';
import request from 'supertest';
import { HOST, startNginx, type Nginx } from './nginx';
import { once, startApp, type TestApp } from '../support/app';
import { gif } from '../support/gif';
import type { Config } from '../../src/config';

let app: TestApp;
let nginx: Nginx;
afterEach(async () => {
  await app.stop();
  await nginx.stop();
});

/** With the settings that `deploy/nginx.conf` names. */
async function behindNginx(settings: Partial<Config> = {}, edit?: (conf: string) => string): Promise<void> {
  app = await startApp({ trustProxy: ['loopback'], publicUrl: new URL(`https://${HOST}`), ...settings });
  nginx = await startNginx(app.url, edit);
}

/** The headers of a browser that sends no Sec-Fetch headers, such as an older Safari. */
const BROWSER = { host: HOST, origin: `https://${HOST}`, accept: 'text/html' };

/** Makes a secret room by the page's form. @returns the visitor, and where the page leads. */
async function makeRoom(base = '') {
  const http = request.agent(nginx.https, { ca: nginx.ca });
  const form = await http.get(`${base}/room`).set(BROWSER).expect(200);
  const cookie = String(form.headers['set-cookie']);
  const headers = { ...BROWSER, cookie: cookie.split(';')[0] ?? '' };
  const made = await http
    .post(`${base}/room`)
    .set(headers)
    .type('form')
    .send({ title: '방', max: '10', password: 'hunter2' })
    .expect(302);
  const room = String(made.headers['location']);
  return { http, headers, cookie, room, id: room.split('/').at(-1) ?? '' };
}

/** A GIF of so many bytes at most, most of them in comments. */
function gifOf(bytes: number): Buffer {
  const [first, last] = [gif().subarray(0, -1), gif().subarray(-1)];
  const comment = Buffer.from([0x21, 0xfe, 255, ...Buffer.alloc(255), 0]);
  const comments = Math.floor((bytes - first.length - last.length) / comment.length);
  return Buffer.concat([first, ...Array<Buffer>(comments).fill(comment), last]);
}

async function connect(path: string, transport: string, headers: Record<string, string>): Promise<Socket> {
  const socket = io(`${nginx.https}/chat`, {
    path,
    transports: [transport],
    ca: nginx.ca,
    extraHeaders: headers,
    forceNew: true,
    reconnection: false,
  });
  app.sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

test('people come by https: pages, forms, GIFs of 5 MiB and sockets pass, and the cookie is secure', async () => {
  await behindNginx();
  const away = await request(nginx.http).get('/room?password=x').set('host', HOST).expect(301);
  expect(away.headers['location']).toBe(`https://${HOST}/room?password=x`);
  const { http, headers, cookie, room, id } = await makeRoom();
  expect(cookie).toMatch(/; Path=\/;.*; Secure/);
  const page = await http.get(room).set(headers).expect(200);
  expect(page.headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
  expect(page.headers['content-security-policy']).toContain(`wss://${HOST}`);
  await http.post(`${room}/chat`).set(headers).type('form').send({ chat: '말' }).expect(303);
  await http
    .post(`${room}/gif`)
    .set(headers)
    .attach('gif', gifOf(5 * 1024 * 1024), 'a.gif')
    .expect(303);
  const huge = Buffer.alloc(7 * 1024 * 1024);
  await http.post(`${room}/gif`).set(headers).attach('gif', huge, 'a.gif').expect(413);
  for (const transport of ['websocket', 'polling']) {
    const socket = await connect('/socket.io', transport, headers);
    const joined: unknown = await socket.timeout(20_000).emitWithAck('join', { room: id, after: 0 });
    expect(joined).toMatchObject({ ok: true });
    socket.disconnect();
  }
  const log = await nginx.log();
  expect(log).toContain(`GET ${room} 200`);
  expect(log).not.toMatch(/hunter2|password=/);
});

test.each([
  ['leaves the path on', 'proxy_pass http://gif_chat;'],
  ['takes the path off', 'proxy_pass http://gif_chat/;'],
])('below a path, all stays below it, also where nginx %s', async (_what, pass) => {
  await behindNginx({ publicUrl: new URL(`https://${HOST}/chat/`) }, (conf) =>
    conf.replace('location / {', 'location /chat/ {').replace('proxy_pass http://gif_chat;', pass),
  );
  const { http, headers, cookie, room, id } = await makeRoom('/chat');
  expect(cookie).toMatch(/; Path=\/chat;.*; Secure/);
  expect(room).toMatch(/^\/chat\/room\//);
  const page = await http.get(room).set(headers).expect(200);
  const addresses = [...page.text.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map(
    ([, address]) => address ?? '',
  );
  expect(addresses.filter((address) => !address.startsWith('/chat/'))).toEqual([]);
  const files = addresses.filter((address) => /\.(css|js|svg)$/.test(address));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) await http.get(file).set(headers).expect(200);
  for (const transport of ['websocket', 'polling']) {
    const socket = await connect('/chat/socket.io', transport, headers);
    const joined: unknown = await socket.timeout(20_000).emitWithAck('join', { room: id, after: 0 });
    expect(joined).toMatchObject({ ok: true });
    socket.disconnect();
  }
  const left = await http.post(`${room}/leave`).set(headers).expect(303);
  expect(left.headers['location']).toBe('/chat/');
  await http.get('/').set(headers).expect(404);
});

test.each([
  [
    'without a PUBLIC_URL, by the host that a trusted proxy forwards',
    { publicUrl: undefined },
    'Host wrong.example',
  ],
  ['without TRUST_PROXY, by PUBLIC_URL', { trustProxy: false }, 'Host $proxy_host'],
  ['without either, by a Host that lost its port', { trustProxy: false, publicUrl: undefined }, 'Host $host'],
] as [string, Partial<Config>, string][])('%s', async (_what, settings, host) => {
  await behindNginx(settings, (conf) =>
    conf.replace('proxy_set_header Host $http_host', `proxy_set_header ${host}`),
  );
  const { headers, id } = await makeRoom();
  const socket = await connect('/socket.io', 'websocket', headers);
  const joined: unknown = await socket.timeout(20_000).emitWithAck('join', { room: id, after: 0 });
  expect(joined).toMatchObject({ ok: true });
});
