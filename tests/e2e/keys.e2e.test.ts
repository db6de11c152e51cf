/** Everything by keyboard, with a way that can be seen, and what is read out. */
import type { Locator, Page } from 'playwright-core';
import { gone, picture, seen } from './support/people';
import { GIF, create, enter, nameOf, postMany, say, scrollToTheBeginning, setStage } from './support/story';

const { someone } = setStage();
const dialog = (page: Page) => page.locator('#keys');
const hasFocus = (what: Locator) => what.evaluate((element) => element === document.activeElement);

describe('the list of keys', () => {
  it.each([
    ['the list', 'ko-KR', '키보드로 쓰기', 1440],
    ['the list', 'en-US', 'Keyboard', 390],
    ['a room', 'ko-KR', '키보드로 쓰기', 390],
    ['a room', 'en-US', 'Keyboard', 1440],
  ])('of %s opens by a question mark and by a button, in %s', async (where, locale, name, width) => {
    const { page } = await someone({ locale, viewport: { width, height: 800 } });
    if (where === 'a room') await create(page);
    else await page.goto('/');
    const opened = page.getByRole('dialog', { name });

    if (where === 'a room') {
      await page.keyboard.type('왜?');
      await expect.poll(() => page.locator('#chat').inputValue()).toBe('왜?');
      await expect.poll(() => opened.isVisible()).toBe(false);
    }
    await page.locator('#scroller, #rooms, h1').first().click();
    await page.keyboard.press('?');
    await seen(opened);
    await picture(page, `keys-${where.replace(' ', '-')}-${String(width)}`);
    await page.keyboard.press('Escape');
    await gone(opened);

    if (width < 640) await page.locator('#open-settings').click();
    await page.getByRole('button', { name, exact: true }).click();
    await seen(opened);
    await dialog(page).getByRole('button').click();
    await gone(opened);
  });
});

describe('the question mark', () => {
  it('can be switched off, for people who speak to their computer, and the button stays', async () => {
    const { page } = await someone();
    const url = await create(page);
    await page.locator('#scroller').click();
    await page.keyboard.press('?');
    await dialog(page).getByLabel('? 키로 이 목록 열기').uncheck();
    await page.keyboard.press('Escape');
    await gone(dialog(page));

    await enter(page, url);
    await page.locator('#scroller').click();
    await page.keyboard.press('?');
    await expect.poll(() => dialog(page).isVisible()).toBe(false);
    await page.getByRole('button', { name: '키보드로 쓰기', exact: true }).click();
    await dialog(page).getByLabel('? 키로 이 목록 열기').check();
    await page.keyboard.press('Escape');
    await page.locator('#scroller').click();
    await page.keyboard.press('?');
    await seen(dialog(page));
  });
});

describe('the log by keyboard', () => {
  it('leads to a GIF of somebody else, which opens large, pauses, and is no tab stop', async () => {
    const [ana, ben] = [await someone(), await someone({ reducedMotion: 'no-preference' })];
    const url = await create(ana.page);
    await ana.page.locator('#gif').setInputFiles(GIF);
    await seen(ana.page.locator('.mine:not(.is-pending) [data-gif]'));
    await say(ana.page, '봤어요?');
    await enter(ben.page, url);
    const { page } = ben;
    const row = page.locator('.other:has([data-gif])');
    await page.locator('#chat').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => hasFocus(row)).toBe(true);

    await page.keyboard.press('Enter');
    await seen(page.locator('#large-gif'));
    await page.keyboard.press('Escape');
    await gone(page.locator('#large-gif'));
    await expect.poll(() => hasFocus(row)).toBe(true);
    await page.keyboard.press('Space');
    await row.locator('[data-paused]').waitFor();

    const link = row.getByRole('link', { name: await nameOf(ana.page) });
    await page.keyboard.press('Tab');
    await expect.poll(() => hasFocus(link)).toBe(true);
    await picture(page, 'gif-by-keyboard');
    await page.keyboard.press('Enter');
    await seen(page.locator('#large-gif'));
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(link)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await row.locator('[data-gif]:not([data-paused])').waitFor();

    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(page.locator('#chat'))).toBe(true);
    await page.locator('#scroller').focus();
    await page.keyboard.press('Tab');
    await expect.poll(() => hasFocus(page.locator('#gif'))).toBe(true);
  });

  it('is entered by Enter from the conversation, at the last message in sight', async () => {
    const { page } = await someone();
    const url = await create(page);
    await postMany(page, url, 40);
    await seen(page.locator('.mine', { hasText: '말 40' }));
    await page.locator('#scroller').evaluate(scrollToTheBeginning);
    await page.locator('#scroller').focus();
    await page.keyboard.press('Enter');
    const focused = page.locator('.mine:focus');
    await expect.poll(() => focused.count()).toBe(1);
    await expect.poll(() => focused.innerText()).not.toContain('말 40');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.locator('.mine:focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(page.locator('#chat'))).toBe(true);
  });
});

describe('a screen reader', () => {
  const spoken = (page: Page) => page.locator('#room [aria-live="polite"] p').allTextContents();

  it('reads what others say once, with who said it, and nothing of the history', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 120);
    await enter(ben.page, url);
    const color = await nameOf(ana.page);
    await expect.poll(() => spoken(ben.page)).toEqual([]);

    await say(ben.page, '내가 한 말');
    await say(ana.page, '들리나요?');
    await seen(ben.page.locator('.other', { hasText: '들리나요?' }));
    await expect.poll(() => spoken(ben.page)).toEqual([`${color}: 들리나요?`]);

    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await seen(ben.page.locator('.other', { hasText: '말 1' }));
    await ana.page.locator('#gif').setInputFiles(GIF);
    await ana.page.locator('.mine:not(.is-pending) [data-gif]').waitFor();
    await ana.page.locator('#chat').fill(`/w ${await nameOf(ben.page)} 비밀`);
    await ana.page.keyboard.press('Enter');
    await ben.page.locator('.whisper').waitFor({ state: 'attached' });
    await expect
      .poll(() => spoken(ben.page))
      .toEqual([`${color}: 들리나요?`, `${color}님이 올린 GIF`, `${color}님의 귓속말: 비밀`]);
    // The log itself stays silent, whatever changes in it.
    await expect.poll(() => ben.page.getByRole('log').getAttribute('aria-live')).toBe('off');
    await expect.poll(() => spoken(ana.page)).toEqual([`${await nameOf(ben.page)}: 내가 한 말`]);
  });

  it('reads only how many were missed, when many were', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.context().setOffline(true);
    await seen(ben.page.locator('#connection:not(:empty)'));
    await postMany(ana.page, url, 30);
    await ben.page.context().setOffline(false);
    await seen(ben.page.locator('.other', { hasText: '말 30' }));
    await expect.poll(() => spoken(ben.page)).toEqual(['새 메시지 30개']);
  });
});
