/** What people do in a room with a mouse, in whatever language they read. */
import type { Page } from 'playwright-core';
import type { Person } from './people';
import { inIt, type Stage } from './story';

export const PASSWORD = '열려라 참깨';

/** Somebody who will be asked for a password. */
export async function newGuest(
  { someone }: Stage,
  options?: Parameters<Stage['someone']>[0],
): Promise<Person> {
  const person = await someone(options);
  person.tolerate(/status of 401/);
  return person;
}

export async function givePassword(page: Page): Promise<void> {
  await page.locator('#password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await inIt(page);
}

/** Writes into the field and presses Enter. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator('#chat').fill(text);
  await page.keyboard.press('Enter');
}

export async function takeBack(page: Page, rows: string, text?: string): Promise<void> {
  const row = page.locator(`${rows}[data-seq]`, { ...(text !== undefined && { hasText: text }) });
  await row.hover();
  await row.locator('.take-back').click();
  await agree(page);
}

export async function agree(page: Page): Promise<void> {
  await page.locator('#confirm-yes').click();
}

export async function leave(page: Page): Promise<void> {
  await page.locator('#exit-btn').click();
  await page.waitForURL('**/');
}

export function idOf(url: string): string {
  return url.slice(-24);
}
