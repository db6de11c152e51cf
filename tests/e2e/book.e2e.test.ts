/** Pages along the book, sections 12.2, 12.3 and 12.7, at the address that they name: http://localhost:8005. */
import type { Browser, Page } from 'playwright-core';
import { compileBook } from './support/book';
import { newPerson, openBrowser, seen, type Person } from './support/people';
import { startServer, type Server } from './support/server';
import { GIF } from './support/story';
import { until } from '../support/app';
import type { Compiled } from '../support/compiled';

const ADDRESS = 'http://localhost:8005';

let program: Compiled;
let server: Server;
let browser: Browser;
let people: Person[] = [];

beforeAll(async () => {
  program = await compileBook();
  server = await startServer(
    { RECONNECT_GRACE_SECONDS: '0', EMPTY_ROOM_GRACE_SECONDS: '0' },
    program.pathOf('src/server.ts'),
  );
  const { host } = new URL(server.url);
  browser = await openBrowser(`--host-resolver-rules=MAP localhost:8005 ${host}`);
});
afterEach(async () => {
  const problems = people.flatMap((person) => person.problems());
  await Promise.all(people.map((person) => person.leave()));
  people = [];
  expect(problems).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await program.dispose();
});

async function someone(): Promise<Page> {
  const person = await newPerson(browser, ADDRESS);
  people.push(person);
  person.tolerate(/favicon\.ico/);
  return person.page;
}

/** Opens a page. @returns what it prints into its console, as it comes */
async function printedBy(page: Page, path: string): Promise<string[]> {
  const printed: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'log') printed.push(message.text());
  });
  await page.goto(path);
  return printed;
}

/** Waits as long as a busy machine may take. */
const eventually = (isSo: () => Promise<boolean>) => until(isSo, 150_000);

const counted = (text: string) => server.log.filter((line) => line.endsWith(text)).length;

describe('section 12.2', () => {
  const GREETING = '서버에서 클라이언트로 메시지를 보냅니다.';
  const REPLY = '클라이언트에서 서버로 답장을 보냅니다.';

  test('the bare WebSocket at / greets the page, which replies, until it is closed', async () => {
    const [page, other] = [await someone(), await someone()];
    const printed = await printedBy(page, '/bare.html');
    await eventually(
      async () => printed.filter((text) => text === GREETING).length === 2 && counted(REPLY) >= 2,
    );
    expect(printed[0]).toBe('열렸습니다');
    expect(counted('새로운 클라이언트 접속 127.0.0.1')).toBe(1);

    await printedBy(other, '/bare.html');
    await eventually(async () => counted('새로운 클라이언트 접속 127.0.0.1') === 2);
    await other.close();
    await eventually(async () => counted('클라이언트 접속 해제 127.0.0.1') === 1);
    const before = counted(REPLY);
    await eventually(async () => counted(REPLY) > before);
  });
});

describe('section 12.3', () => {
  test.each(['/news.html', '/news.html?websocket'])(
    '%s hears news every three seconds and replies',
    async (path) => {
      const page = await someone();
      const [replies, handshakes] = [counted('Hello Node.JS'), new Array<string>()];
      page.on('request', (request) => {
        if (request.url().includes('transport=polling')) handshakes.push(request.url());
      });
      const printed = await printedBy(page, path);
      await eventually(async () => printed.includes('websocket') && counted('Hello Node.JS') >= replies + 2);
      expect(printed[0]).toBe('Hello Socket.IO');
      expect(handshakes.length === 0).toBe(path.endsWith('?websocket'));
    },
  );
});

describe('section 12.7', () => {
  /** Makes a room by the form. */
  async function create(
    page: Page,
    title: string,
    more: { max?: string; password?: string } = {},
  ): Promise<void> {
    await page.goto('/room');
    // The book's pages name `/main.css`, which is ours here. They are shown at once, though they have nothing of our layout.
    expect(await page.evaluate(() => getComputedStyle(document.body).visibility)).toBe('visible');
    await page.locator('[name=title]').fill(title);
    if (more.max !== undefined) await page.locator('[name=max]').fill(more.max);
    if (more.password !== undefined) await page.locator('[name=password]').fill(more.password);
    await page.getByRole('button', { name: '생성' }).click();
    await page.waitForURL(/\/room\/[0-9a-f]{24}$/);
  }

  const row = (page: Page, title: string) => page.locator('tbody tr', { hasText: title });

  test('a room appears in the open list, is entered, talked in with texts and GIFs, left, and goes', async () => {
    const [ana, ben, list] = [await someone(), await someone(), await someone()];
    await Promise.all([ben.goto('/'), list.goto('/')]);
    await create(ana, '노드 스터디방', { max: '2' });
    await seen(row(ben, '노드 스터디방'));
    await expect
      .poll(() => row(ben, '노드 스터디방').locator('td').allTextContents())
      .toEqual(['노드 스터디방', '공개방', '2', expect.stringMatching(/^#[0-9a-f]{6}$/), '입장']);
    await row(ben, '노드 스터디방').locator('.join-btn').click();
    await ben.waitForURL(/\/room\//);
    await seen(ana.locator('.system', { hasText: '님이 입장하셨습니다.' }));

    await ana.locator('#chat').fill('안녕하세요~!');
    await ana.keyboard.press('Enter');
    await seen(ana.locator('.mine', { hasText: '안녕하세요~!' }));
    await seen(ben.locator('.other', { hasText: '안녕하세요~!' }));
    await eventually(async () => (await ana.locator('#chat').inputValue()) === '');
    // The same GIF twice in a row.
    for (const times of [1, 2]) {
      await ben.locator('#gif').setInputFiles(GIF);
      await eventually(async () => (await ana.locator('.other img').count()) === times);
    }
    await expect.poll(() => ana.locator('.other img').first().evaluate(isLoaded)).toBe(true);
    await seen(ben.locator('.mine img'));

    // The room is full.
    const third = await someone();
    const told = new Promise<string>((resolve) => {
      third.on('dialog', (dialog) => {
        resolve(dialog.message());
        void dialog.accept();
      });
    });
    await third.goto('/');
    await row(third, '노드 스터디방').locator('.join-btn').click();
    expect(await told).toBe('허용 인원이 초과하였습니다.');

    await ben.locator('#exit-btn').click();
    await seen(ana.locator('.system', { hasText: '님이 퇴장하셨습니다.' }));
    // Who comes again finds what was said.
    await row(ben, '노드 스터디방').locator('.join-btn').click();
    await seen(ben.locator('.other', { hasText: '안녕하세요~!' }));
    await ben.locator('#exit-btn').click();
    await ana.locator('#exit-btn').click();
    await row(list, '노드 스터디방').waitFor({ state: 'detached' });
  });

  test('a secret room asks for its password, and says when it is wrong', async () => {
    const [ana, ben] = [await someone(), await someone()];
    await ben.goto('/');
    await create(ana, '비밀 모임', { password: '1234' });
    const said: string[] = [];
    const answers = ['4321', '1234'];
    ben.on('dialog', (dialog) => {
      if (dialog.type() === 'prompt') void dialog.accept(answers.shift());
      else {
        said.push(dialog.message());
        void dialog.accept();
      }
    });
    await row(ben, '비밀 모임').locator('.join-btn').click();
    await ben.waitForURL(/\?error=/);
    await eventually(async () => said.length === 1);
    expect(said).toEqual(['비밀번호가 틀렸습니다.']);
    await row(ben, '비밀 모임').locator('.join-btn').click();
    await ben.waitForURL(/\/room\//);
    await seen(ana.locator('.system', { hasText: '님이 입장하셨습니다.' }));
    await ben.locator('#chat').fill('들어왔어요');
    await ben.keyboard.press('Enter');
    await seen(ana.locator('.other', { hasText: '들어왔어요' }));
  });
});

/** Whether a picture is there to be seen, once it has loaded. */
async function isLoaded(image: Element): Promise<boolean> {
  if (!(image instanceof HTMLImageElement)) return false;
  await image.decode();
  return image.naturalWidth > 0;
}
