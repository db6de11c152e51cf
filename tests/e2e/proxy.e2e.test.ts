/** The site by a real nginx, as people have it: by https, and below a path of somebody's site. */
import type { Browser, Page } from 'playwright-core';
import { newPerson, openBrowser, seen, type Person } from './support/people';
import { startServer, type Server } from './support/server';
import { GIF, inIt, say } from './support/story';
import { HOST, startNginx, type Nginx } from '../deploy/nginx';

const SITE = `https://${HOST}/chat/`;

let server: Server;
let nginx: Nginx;
let browser: Browser;
let people: Person[];

beforeAll(async () => {
  server = await startServer({ TRUST_PROXY: 'loopback', PUBLIC_URL: SITE });
});
afterAll(() => server.stop());
afterEach(async () => {
  const problems = people.flatMap((person) => person.problems());
  await browser.close();
  await nginx.stop();
  expect(problems).toEqual([]);
});

/** @param edit changes how nginx passes on what is below the path */
async function open(edit = (conf: string) => conf): Promise<void> {
  people = [];
  nginx = await startNginx(server.url, (conf) => edit(conf.replace('location / {', 'location /chat/ {')));
  browser = await openBrowser(`--host-resolver-rules=MAP ${HOST}:443 ${new URL(nginx.https).host}`);
}

async function someone(): Promise<Person> {
  const person = await newPerson(browser, SITE, { ignoreHTTPSErrors: true });
  people.push(person);
  return person;
}

async function create(page: Page): Promise<string> {
  await page.goto(SITE);
  await page.getByRole('link', { name: '채팅방 생성' }).first().click();
  await page.locator('#title').fill('아래쪽 방');
  await page.getByRole('button', { name: '생성' }).click();
  await inIt(page);
  return page.url();
}

it('works below a path: the list, the room, chats, GIFs and sockets, and nothing asks beside it', async () => {
  await open();
  const [ana, ben] = [await someone(), await someone()];
  const asked: string[] = [];
  for (const { page } of [ana, ben]) {
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
  }
  await ben.page.goto(SITE);
  await create(ana.page);
  // The list hears of it by its socket.
  await ben.page.getByRole('link', { name: '아래쪽 방 입장' }).first().click();
  await inIt(ben.page);
  await say(ana.page, '안녕하세요');
  await seen(ben.page.locator('.other', { hasText: '안녕하세요' }));
  await ben.page.locator('#gif').setInputFiles(GIF);
  await ana.page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('.other img')?.naturalWidth === 240,
  );
  await ana.page.reload();
  await seen(ana.page.locator('.mine', { hasText: '안녕하세요' }));
  await ana.page.locator('#exit-btn').click();
  await ana.page.waitForURL(SITE);
  await seen(ben.page.locator('.system', { hasText: '퇴장' }));
  await ben.page.locator('#exit-btn').click();
  await ben.page.waitForURL(SITE);
  expect(asked.filter((url) => /^wss:/.test(url)).length).toBeGreaterThan(1);
  const beside = asked.filter((url) => !/^(https|wss):\/\/chat\.example\.org\/chat\//.test(url));
  expect(beside.filter((url) => !/^(blob|data):/.test(url))).toEqual([]);
});

it('says what to do when the proxy finds a GIF too large', async () => {
  await open((conf) => conf.replace('client_max_body_size 6m', 'client_max_body_size 1k'));
  const person = await someone();
  const { page } = person;
  person.tolerate(/413/);
  await create(page);
  await page.locator('#gif').setInputFiles(GIF);
  await seen(page.locator('.is-failed', { hasText: '더 작은 GIF를 올려 주세요.' }));
  await expect.poll(() => page.getByRole('button', { name: '다시 보내기' }).isVisible()).toBe(false);
});

it('tries again while the proxy reaches no server, by itself or when told to, and then says so', async () => {
  const unreachable = '\n    location ~ /gif$ { return 502; }';
  await open((conf) => conf.replace(/(?=\n {4}location \/chat\/ {)/, unreachable));
  const person = await someone();
  const { page } = person;
  person.tolerate(/502/);
  await create(page);
  await page.locator('#gif').setInputFiles(GIF);
  // After the first try already: its progress, and both ways on.
  const line = page.locator('.is-pending .delivery', { hasText: '서버가 지금 받지 못합니다.' });
  for (const name of ['다시 보내기', '취소']) await seen(line.getByRole('button', { name }));
  await seen(line.getByRole('progressbar'));
  await seen(page.locator('.is-failed', { hasText: '서버가 지금 받지 못합니다.' }));
  await seen(page.getByRole('button', { name: '다시 보내기' }));
});
