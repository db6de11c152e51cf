/** What every story of the pages needs: the built server, a browser, people, and what they do again and again. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { io } from 'socket.io-client';
import { ballGif } from './gif';
import { newPerson, openBrowser, type Person } from './people';
import { startServer, type Server } from './server';
import { openProxy, type Proxy } from '../../support/proxy';

export const GIF = { name: '공놀이.gif', mimeType: 'image/gif', buffer: ballGif() };

export interface Stage {
  server: () => Server;
  /** Somebody new, at the server's address or at that of whatever stands before it. */
  someone: (options?: BrowserContextOptions) => Promise<Person>;
}

/** Sets it up for the tests of a file; each test's people leave with it, and nobody's browser may have complained. */
export function setStage(env: NodeJS.ProcessEnv = {}): Stage {
  let server: Server;
  let browser: Browser;
  let people: Person[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(env), openBrowser()]);
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
  });

  return {
    server: () => server,
    async someone(options = {}) {
      const person = await newPerson(browser, server.url, options);
      people.push(person);
      return person;
    },
  };
}

/** A line between browsers and the server that a test may cut or freeze; after each test it is whole again. */
export function setLine({ server, someone }: Stage) {
  let proxy: Proxy;

  beforeAll(async () => {
    proxy = await openProxy('127.0.0.1', Number(new URL(server().url).port));
  });

  afterEach(() => {
    proxy.heal();
  });

  afterAll(() => proxy.close());

  /** The same page by way of the line. */
  function behind(url: string): string {
    return `http://127.0.0.1:${String(proxy.port)}${new URL(url, server().url).pathname}`;
  }

  return {
    proxy: () => proxy,
    behind,
    /** Somebody who reaches the server only as long as the line lets them. */
    behindProxy: async (options: BrowserContextOptions = {}): Promise<Person> => {
      const person = await someone({ baseURL: behind('/'), ...options });
      person.tolerate(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection/);
      return person;
    },
  };
}

let titles = 0;
/** A title that no other room has. */
export function newTitle(words: string): string {
  titles += 1;
  return `${words} ${String(titles)}`;
}

interface Wanted {
  title?: string;
  /** Of who creates it. */
  name?: string;
  max?: number;
  password?: string;
  ephemeral?: boolean;
}

/** Creates a room by the form and is in it. @returns its address. */
export async function create(
  page: Page,
  { title = newTitle('방'), name, max, password, ephemeral }: Wanted = {},
): Promise<string> {
  await page.goto('/room');
  await page.locator('#title').fill(title);
  if (name !== undefined) await page.locator('#name').fill(name);
  if (max !== undefined) await page.locator('#max').fill(String(max));
  if (password !== undefined) await page.locator('#password').fill(password);
  if (ephemeral === true) await page.locator('#ephemeral').check();
  await page.locator('form.card button').click();
  await page.waitForURL(/\/room\/[0-9a-f]{24}$/);
  await inIt(page);
  return page.url();
}

export async function enter(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await inIt(page);
}

/** Waits until the page has its place: oneself is among the people. */
export async function inIt(page: Page): Promise<void> {
  await page.locator('#people-list li[data-me]').waitFor({ state: 'attached' });
}

/** Writes into the field and presses Enter, or on a touch screen the button, and waits until it is stored. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('#chat').fill(text);
  const isTouch = await page.evaluate(() => matchMedia('(pointer: coarse)').matches);
  await (isTouch ? page.locator('#chat-form .send').tap() : page.keyboard.press('Enter'));
  await page.locator('.mine[data-seq]:not(.is-pending)', { hasText: text }).last().waitFor();
}

/** Says `말 1` and so on, one after another and all at once, by another connection of the same person. */
export async function postMany(page: Page, url: string, count: number): Promise<void> {
  const { origin, pathname } = new URL(url);
  const room = pathname.slice('/room/'.length);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const socket = io(`${origin}/chat`, {
    extraHeaders: { cookie },
    forceNew: true,
    transports: ['websocket'],
  });
  await socket.timeout(60_000).emitWithAck('join', { room, after: 0 });
  for (let n = 0; n < count; n += 500) {
    const some = Array.from({ length: Math.min(500, count - n) }, (_, index) =>
      socket.timeout(60_000).emitWithAck('chat', { room, chat: `말 ${String(n + index + 1)}` }),
    );
    await Promise.all(some);
  }
  socket.disconnect();
}

/** Scrolls up whenever something comes in, until there is nothing older. */
export function scrollToTheBeginning(scroller: Element): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(up);
    observer.observe(scroller, { childList: true, subtree: true, attributes: true });
    up();
    function up() {
      scroller.scrollTo(0, -scroller.scrollHeight);
      if (!scroller.querySelector('#older')?.hasAttribute('hidden')) return;
      observer.disconnect();
      resolve();
    }
  });
}

/** What was said aloud and is on the page, in its order. */
export async function texts(page: Page): Promise<string[]> {
  return page.locator('#chat-list [data-kind="chat"] .bubble').allTextContents();
}

export async function nameOf(page: Page): Promise<string> {
  return page.locator('#people-list li[data-me] .color').innerText();
}

/** Drops or pastes a GIF on the page. @returns whether the browser was kept from opening it in the page's place */
export function handOver(page: Page, type: 'drop' | 'paste'): Promise<'kept out' | 'let in'> {
  return page.evaluate(
    ([how, base64]) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], 'ball.gif', { type: 'image/gif' }));
      const event =
        how === 'drop'
          ? new DragEvent('drop', { dataTransfer: transfer, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: transfer, cancelable: true });
      return document.dispatchEvent(event) ? 'let in' : 'kept out';
    },
    [type, GIF.buffer.toString('base64')] as const,
  );
}

/** Does something with somebody, by the menu of the list of people. */
export async function menu(page: Page, name: string, action: string): Promise<void> {
  const row = page.locator('#people-list li', { hasText: name });
  await row.getByRole('button').click();
  await page.locator('#person-menu').getByRole('button', { name: action }).click();
}

/** The page is hidden, or seen again. */
export function look(page: Page, isSeen: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, !isSeen);
}
