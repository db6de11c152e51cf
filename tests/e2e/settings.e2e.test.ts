/** The settings: a dialog in the list and in a room, kept by the browser. */
import type { Page } from 'playwright-core';
import { gone, picture, seen } from './support/people';
import { GIF, create, enter, setLine, setStage } from './support/story';

const stage = setStage();
const { someone } = stage;
const line = setLine(stage);

const LIGHT = 'rgb(246, 246, 244)';
const DARK = 'rgb(18, 19, 23)';

const dialog = (page: Page) => page.locator('#settings');
const groundOf = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function open(page: Page): Promise<void> {
  await page.getByRole('button', { name: '설정' }).click();
  await seen(dialog(page));
}

it.each([
  ['light', LIGHT, '어둡게', DARK],
  ['dark', DARK, '밝게', LIGHT],
] as const)(
  'changes the theme of a %s device at once, for all pages',
  async (device, before, theme, after) => {
    const { page } = await someone({ colorScheme: device });
    await page.goto('/');
    await expect.poll(() => groundOf(page)).toBe(before);
    await open(page);
    await page.getByLabel(theme).check();
    await expect.poll(() => groundOf(page)).toBe(after);
    await picture(page, `settings-list-${device}`);
    await page.getByRole('button', { name: '완료' }).click();
    await gone(dialog(page));
    await page.goto('/room');
    await expect.poll(() => groundOf(page)).toBe(after);
    await create(page);
    await expect.poll(() => groundOf(page)).toBe(after);
    await open(page);
    await expect.poll(() => page.getByLabel(theme).isChecked()).toBe(true);
    await page.getByLabel('기기 설정대로').check();
    await expect.poll(() => groundOf(page)).toBe(before);
    await page.reload();
    await expect.poll(() => groundOf(page)).toBe(before);
  },
);

it('keeps GIFs still, those on the page and those to come', async () => {
  const { page } = await someone({ reducedMotion: 'no-preference' });
  await create(page);
  await page.locator('#gif').setInputFiles(GIF);
  await seen(page.locator('.mine[data-seq] [data-gif]:not([data-paused])'));
  await open(page);
  await page.getByLabel('GIF를 멈춰 두기').check();
  await page.locator('[data-gif][data-still]').waitFor();
  await page.keyboard.press('Escape');
  await page.reload();
  await page.locator('[data-gif][data-still]').waitFor();
  await open(page);
  await page.getByLabel('GIF를 멈춰 두기').uncheck();
  await expect.poll(() => page.locator('[data-gif]:not([data-paused])').count()).toBe(1);
});

it('gives a name by keyboard alone: from the list for the next room, and in a room at once', async () => {
  const [ana, ben] = [await someone({ viewport: { width: 390, height: 844 } }), await someone()];
  const url = await create(ben.page);
  await ana.page.goto('/');
  await ana.page.locator('#open-settings').focus();
  await ana.page.keyboard.press('Enter');
  await ana.page.keyboard.press('Tab');
  await ana.page.keyboard.type('아나');
  await ana.page.keyboard.press('Enter');
  await gone(dialog(ana.page));
  await expect.poll(() => ana.page.evaluate(() => document.activeElement?.id)).toBe('open-settings');
  await enter(ana.page, url);
  const names = ben.page.locator('#people-list .name:not(:empty)');
  await seen(names.filter({ hasText: '아나' }));

  await open(ana.page);
  await ana.page.locator('#settings-name').fill('system');
  await ana.page.keyboard.press('Enter');
  await seen(ana.page.locator('#settings-name-error', { hasText: '20자까지' }));
  await picture(ana.page, 'settings-room-phone');
  await ana.page.locator('#settings-name').fill('아나스타샤');
  await ana.page.keyboard.press('Enter');
  await gone(dialog(ana.page));
  await seen(names.filter({ hasText: '아나스타샤' }));
});

it('is not there without scripts', async () => {
  const { page } = await someone({ javaScriptEnabled: false });
  await page.goto('/');
  await gone(page.locator('#open-settings'));
});

it('stay open for who opened them again while the answer to a new name was on its way', async () => {
  const { page } = await line.behindProxy();
  await create(page);
  const field = page.locator('#settings-name');
  await page.locator('#open-settings').click();
  await field.fill('아나');
  line.proxy().slow(1_000);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await gone(page.locator('#settings'));
  await page.locator('#open-settings').click();
  await field.fill('하나');
  await seen(page.locator('#chat-list', { hasText: '이름은 아나입니다.' }));
  await seen(page.locator('#settings'));
  await expect.poll(() => field.inputValue()).toBe('하나');
});
