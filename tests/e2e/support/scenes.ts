/** What several states of the pages need: who is there, and what is opened. */
import type { Page } from 'playwright-core';
import { seen, type Person } from './people';
import { GIF, create, enter, newTitle, say } from './story';

export interface Scene {
  /** Whose page is looked at. */
  reader: Person;
  /** Somebody else, with a browser of their own. */
  someone: () => Promise<Person>;
}

/** Without a network, and the page has noticed it. */
export async function goOffline(person: Person): Promise<void> {
  person.tolerate(/ERR_INTERNET_DISCONNECTED/);
  await person.page.context().setOffline(true);
  await seen(person.page.locator('#connection:not(:empty)'));
}

/** At the door of somebody else's secret room. @returns the room's address */
export async function openPassword({ reader, someone }: Scene): Promise<string> {
  reader.tolerate(/status of 401/);
  const { page: other } = await someone();
  const url = await create(other, { title: newTitle('비밀방'), password: '1234' });
  await reader.page.goto(url);
  return url;
}

/** In a room of the reader's own, with somebody else. @returns the other one */
export async function openWithOther({ reader, someone }: Scene): Promise<Person> {
  const url = await create(reader.page);
  const other = await someone();
  await enter(other.page, url);
  await seen(reader.page.locator('.system').nth(1));
  return other;
}

/** In a room with a chat of each kind. @returns its address */
export async function openBusyRoom(scene: Scene): Promise<string> {
  const { page } = scene.reader;
  const { page: other } = await openWithOther(scene);
  const url = page.url();
  const me = await page.locator('#people-list li[data-me] .color').innerText();
  await page.locator('#chat').fill('/name 아나');
  await page.locator('#chat-form .send').click();
  await seen(
    page.locator('#people-list [data-me] .name:not(:empty)').or(page.locator('.people-button:visible')),
  );
  for (const text of [
    `@${me} 여기 봐요: https://example.com/a?b=1`,
    '`npm start` 하면\n```\nconst a = 1;\n```',
    `긴 글\n${'한 줄 더\n'.repeat(40)}`,
  ]) {
    await other.locator('#chat').fill(text);
    await other.locator('#chat-form .send').click();
  }
  await seen(page.locator('[data-tall]'));
  await say(page, '지울 말');
  await say(page, '네, 다 읽었어요');
  const row = page.locator('.mine', { hasText: '지울 말' });
  await row.locator('.bubble').click();
  await row.locator('.take-back').click();
  await page.locator('#confirm-yes').click();
  await seen(page.locator('[data-taken-back]'));
  for (const one of [page, other]) await one.locator('#gif').setInputFiles(GIF);
  await seen(page.locator('.other[data-seq] [data-gif]'));
  await seen(page.locator('.mine[data-seq] [data-gif]'));
  await whisper(other, me, '나만 듣는 말');
  await seen(page.locator('.whisper.other'));
  await whisper(page, await other.locator('#people-list li[data-me] .color').innerText(), '너만 듣는 말');
  await seen(page.locator('.whisper.mine'));
  for (let times = 0; times < 3; times += 1) {
    await other.locator('#exit-btn').click();
    await other.waitForURL('/');
    await enter(other, url);
  }
  await seen(page.locator('.fold'));
  await say(other, '다시 왔어요');
  await seen(page.locator('.other', { hasText: '다시 왔어요' }));
  return url;
}

async function whisper(page: Page, to: string, text: string): Promise<void> {
  await page.locator('#chat').fill(`/w ${to} ${text}`);
  await page.locator('#chat-form .send').click();
}

/** Opens the list of keys, if it is not open. */
export async function showKeys(page: Page): Promise<void> {
  if (await page.locator('#keys').isVisible()) return;
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await seen(page.locator('#keys'));
}

/** On a narrow page the people are in a sheet. */
export async function showPeople(page: Page): Promise<void> {
  const button = page.locator('.people-button');
  if ((await button.isVisible()) && !(await page.locator('#people').isVisible())) await button.click();
  await seen(page.locator('#people-list'));
}

/** Opens the menu of the other person. */
export async function showMenu(page: Page): Promise<void> {
  if (await page.locator('#person-menu').isVisible()) return;
  await showPeople(page);
  await page.locator('#people-list li:not([data-me]) .menu-button').click();
  await seen(page.locator('#person-menu'));
}
