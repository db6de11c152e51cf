/** What people see whose browser refuses the site's cookie, in a Chromium whose profile blocks all cookies. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { CHROMIUM, seen } from './support/people';
import { pictures } from './support/pictures';
import { create, newTitle, setStage } from './support/story';

const { someone } = setStage();
const NEEDED = '쿠키가 있어야 쓸 수 있는 사이트입니다. 브라우저에서 이 사이트의 쿠키를 허용해 주세요.';
const BLOCKED = { profile: { default_content_setting_values: { cookies: 2 } } };

let profile: string;
let context: BrowserContext | undefined;
beforeEach(async () => {
  profile = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-profile-'));
  await mkdir(path.join(profile, 'Default'));
  await writeFile(path.join(profile, 'Default', 'Preferences'), JSON.stringify(BLOCKED));
});
afterEach(async () => {
  await context?.close();
  await rm(profile, { recursive: true, force: true });
});

async function refuser(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
  context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    locale: 'ko-KR',
    ...options,
  });
  return context.newPage();
}

describe('a browser that refuses cookies', () => {
  it('is told so in an open room, instead of being asked to come in again', async () => {
    const ana = await someone();
    const url = await create(ana.page);
    const page = await refuser();
    await page.goto(url);
    await seen(page.locator('#ended').getByText(NEEDED));
    await pictures(page, 'cookies-open');
  });

  it('is told so after the right password, and a reload tries again', async () => {
    const ana = await someone();
    const url = await create(ana.page, { password: '1234' });
    const page = await refuser();
    await page.goto(url);
    await page.locator('#password').fill('1234');
    await page.keyboard.press('Enter');
    await seen(page.getByText(NEEDED));
    await page.waitForURL(url);
    await pictures(page, 'cookies-secret');
    await page.getByRole('link', { name: '다시 시도' }).click();
    await seen(page.locator('#password'));
  });

  it('is told so when it writes in the room that it created without scripts', async () => {
    const ana = await someone();
    const url = await create(ana.page);
    const page = await refuser({ javaScriptEnabled: false });
    await page.goto(new URL('/room', url).href);
    await page.locator('#title').fill(newTitle('쿠키 없는 방'));
    await page.getByRole('button', { name: '생성' }).click();
    await page.locator('#chat').fill('안녕');
    await page.getByRole('button', { name: '전송' }).click();
    await seen(page.getByText(NEEDED));
  });
});
