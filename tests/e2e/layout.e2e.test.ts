/** Pages keep their shape when everything that people wrote is one long word. */
import type { Page } from 'playwright-core';
import { gif } from '../support/gif';
import { GIF, create, inIt, say, setStage } from './support/story';

const { someone } = setStage();
const WIDTHS = [320, 390, 768, 1440];
const WORD = 'ㅋ'.repeat(300);
const TITLE = 'W'.repeat(100);

it.each([true, false])('one long word widens no page, with scripts: %s', async (javaScriptEnabled) => {
  const ana = await someone({ javaScriptEnabled });
  const { page } = ana;
  ana.tolerate(/status of 4\d\d/);

  await page.goto('/room');
  await page.locator('#title').fill(WORD);
  await page.locator('#password').fill(WORD);
  await keepsItsShape(page, 'the form of a new room');
  await page.getByRole('button', { name: '생성' }).click();
  await page.locator('.field-error').first().waitFor();
  await keepsItsShape(page, 'the form that was refused');

  await page.locator('#title').fill(TITLE);
  await page.locator('#password').fill('secret');
  await page.getByRole('button', { name: '생성' }).click();
  await page.waitForURL(/\/room\/[0-9a-f]{24}$/);
  const room = page.url();
  if (javaScriptEnabled) {
    await inIt(page);
    await say(page, WORD);
  } else {
    await page.locator('#chat').fill(WORD);
    await page.locator('.send').click();
    await page.locator('.mine').waitFor();
  }
  await page.locator('#chat').fill(WORD);
  await keepsItsShape(page, 'a room');
  await page.locator('#composer-error').evaluate((element, text) => (element.textContent = text), WORD);
  await keepsItsShape(page, 'a room with an error');

  await page.goto('/');
  await page.locator('.room-title').first().waitFor();
  await keepsItsShape(page, 'the list');

  const ben = await someone({ javaScriptEnabled });
  const stranger = ben.page;
  ben.tolerate(/status of 401/);
  await stranger.goto(room);
  await stranger.locator('#password').fill(WORD);
  await keepsItsShape(stranger, 'the page of the password');

  await page.goto(`/${WORD}`);
  await keepsItsShape(page, 'an error');

  for (const lab of ['/lab', '/lab/ws', '/lab/socketio', '/lab/compare', '/lab/rooms', '/lab/chat']) {
    await page.goto(lab);
    for (const field of await page.locator('input:not([type]), input[type=text], textarea').all())
      if ((await field.isVisible()) && (await field.isEditable())) await field.fill(WORD);
    await keepsItsShape(page, lab);
  }
});

it('a GIF is shown large on a click, and its button lies beside it', async () => {
  const { page } = await someone();
  await create(page);
  await page.locator('#gif').setInputFiles(GIF);
  await page.locator('.mine[data-seq] [data-gif]').waitFor();
  const image = await page.locator('[data-gif] img').boundingBox();
  const button = await page.locator('.gif-toggle').boundingBox();
  expect(button?.x).toBeGreaterThanOrEqual((image?.x ?? 0) + (image?.width ?? Infinity) - 0.5);
  const large = page.locator('#large-gif');
  for (const close of [() => page.keyboard.press('Escape'), () => large.click()]) {
    await page.locator('[data-gif]').click({ position: { x: 20, y: 20 } });
    await large.waitFor();
    await close();
    await large.waitFor({ state: 'hidden' });
  }
});

it.each([
  [60, 3_000],
  [3_000, 60],
  [24, 24],
])('a GIF of %i × %i px can be seen and clicked, and is no higher than others', async (width, height) => {
  const { page } = await someone();
  await create(page);
  const file = gif({ width, height, frames: 2 });
  await page.locator('#gif').setInputFiles({ name: 'a.gif', mimeType: 'image/gif', buffer: file });
  const row = page.locator('.mine[data-seq] [data-gif]');
  await row.waitFor();
  for (const viewport of [390, 1440]) {
    await page.setViewportSize({ width: viewport, height: 800 });
    const box = await row.locator('img').boundingBox();
    expect(box?.height).toBeLessThanOrEqual(320);
    expect(box?.width).toBeLessThanOrEqual(320);
    expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
  }
  await row.locator('.gif-open').click({ position: { x: 10, y: 10 } });
  const large = await page.locator('#large-gif img').boundingBox();
  expect(large?.width).toBeGreaterThanOrEqual(width);
  expect(large?.height).toBeGreaterThanOrEqual(height);
});

/** Nothing scrolls sideways, the send button can be seen, and the composer stays beside the people. */
async function keepsItsShape(page: Page, where: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const found = await page.evaluate(() => {
      const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
      const people = box('#people');
      const isBeside = people !== undefined && people.width > 0;
      const right = isBeside ? people.left : innerWidth;
      return {
        overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
        outside: ['.send', '#chat', '#composer-error', '#chat-list .bubble'].filter((selector) => {
          const there = box(selector);
          return there !== undefined && (there.left < 0 || there.right > right + 0.5);
        }),
      };
    });
    expect({ where, width, ...found }).toEqual({ where, width, overflow: 0, outside: [] });
  }
}
