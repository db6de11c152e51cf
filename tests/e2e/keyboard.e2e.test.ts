/** All that there is in a room, by somebody who has a keyboard and nothing else. */
import type { Page } from 'playwright-core';
import { languages } from '../../src/locales';
import { PASSWORD, givePassword, idOf, newGuest } from './support/acts';
import { agreeByKeys, hasFocus, tabTo, typeAndEnter, useByKeys } from './support/keyboard';
import { gone, seen } from './support/people';
import { GIF, inIt, nameOf, newTitle, say, setStage } from './support/story';

const stage = setStage();
const { someone } = stage;
const { ko, en } = languages;

it('one creates a room, talks, whispers, sends a GIF, takes back, and sets what one likes', async () => {
  const [ana, ben] = [await someone(), await newGuest(stage)];
  const { page } = ana;
  const { keyboard } = page;
  await createByKeys(page);
  await ben.page.goto(page.url());
  await givePassword(ben.page);

  await keyboard.type('첫 줄');
  await keyboard.press('Shift+Enter');
  await typeAndEnter(page, '둘째 줄');
  await seen(ben.page.locator('.other', { hasText: '첫 줄\n둘째 줄' }));
  await tabTo(page, page.locator('#gif'), 'Shift+Tab');
  const choosing = page.waitForEvent('filechooser');
  await keyboard.press('Space');
  await (await choosing).setFiles(GIF);
  await seen(ben.page.locator('.other [data-gif]'));
  await seen(page.locator('.mine[data-seq] [data-gif]'));
  const pause = page.getByRole('button', { name: ko.logWords.pauseGif });
  await tabTo(page, page.locator('#chat'));
  await keyboard.press('ArrowUp');
  await keyboard.press('Space');
  await seen(pause);
  await keyboard.press('Enter');
  await seen(page.locator('#large-gif'));
  await keyboard.press('Escape');
  await gone(page.locator('#large-gif'));
  await expect.poll(() => hasFocus(page.locator('.mine[data-kind="gif"]'))).toBe(true);

  await keyboard.press('Escape');
  await typeAndEnter(page, `/w ${await nameOf(ben.page)} 속삭임`);
  await seen(ben.page.locator('.whisper.other', { hasText: '속삭임' }));
  await say(ben.page, '벤의 말');
  await seen(page.locator('.other', { hasText: '벤의 말' }));
  await keyboard.press('ArrowUp');
  await expect.poll(() => hasFocus(page.locator('.other', { hasText: '벤의 말' }))).toBe(true);
  await keyboard.press('Delete');
  await agreeByKeys(page);
  await seen(ben.page.locator('.mine[data-taken-back]'));
  // Past the whisper, which nobody has to take back.
  await keyboard.press('ArrowUp');
  await keyboard.press('ArrowUp');
  await keyboard.press('Delete');
  await agreeByKeys(page);
  await seen(ben.page.locator('.other[data-taken-back]'));

  await useByKeys(page, page.locator('#open-settings'), 'Shift+Tab');
  await tabTo(page, page.locator('[name="theme"]:checked'));
  await keyboard.press('ArrowDown');
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
  await tabTo(page, page.locator('#still-gifs'));
  await keyboard.press('Space');
  await keyboard.press('Escape');
  await gone(page.locator('#settings'));
  await expect.poll(() => hasFocus(page.locator('#open-settings'))).toBe(true);
});

it('one rules, leaves, comes in by a password, and changes the language', async () => {
  const [ana, ben, cleo] = [await newGuest(stage), await newGuest(stage), await newGuest(stage)];
  const { page } = ana;
  const { keyboard } = page;
  await createByKeys(page);
  const url = page.url();
  for (const person of [ben, cleo]) {
    await person.page.goto(url);
    await givePassword(person.page);
  }
  const cleoColor = await nameOf(cleo.page);
  await seen(page.locator('#people-list li').nth(2));
  const buttonOf = (name: string) =>
    page.locator('#people-list li', { hasText: name }).locator('.menu-button');

  await tabTo(page, page.locator('#people-list .menu-button'));
  await keyboard.press('End');
  await expect.poll(() => hasFocus(buttonOf(cleoColor))).toBe(true);
  await keyboard.press('Enter');
  await typeInWhisper(page, '마지막 경고');
  await seen(cleo.page.locator('.whisper.other', { hasText: '마지막 경고' }));
  await tabTo(page, buttonOf(cleoColor));
  await keyboard.press('Enter');
  await useByKeys(page, page.locator('[data-action="kick"]'));
  await agreeByKeys(page);
  await seen(cleo.page.getByText(ko.endWords.barred));

  await gone(buttonOf(cleoColor));
  await tabTo(page, buttonOf(await nameOf(ben.page)));
  await keyboard.press('Space');
  await useByKeys(page, page.locator('[data-action="handover"]'));
  await agreeByKeys(page);
  await seen(ben.page.locator('#remove-room'));
  await useByKeys(page, page.locator('#exit-btn'), 'Shift+Tab');
  await page.waitForURL('**/');

  await useByKeys(page, page.locator(`tr[data-id="${idOf(url)}"] a`));
  await inIt(page);
  await useByKeys(page, page.locator('.people .languages a'), 'Shift+Tab');
  await page.locator('html[lang="en"]').waitFor({ state: 'attached' });
  await inIt(page);
  await seen(page.locator('.system', { hasText: en.sentences.join(await nameOf(page)) }));
});

async function createByKeys(page: Page): Promise<void> {
  await page.goto('/');
  await useByKeys(page, page.getByRole('link', { name: ko.list.create }));
  await page.waitForURL('**/room');
  await page.keyboard.type(newTitle('키보드로'));
  await tabTo(page, page.locator('#password'));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await inIt(page);
  await page.locator('#chat:focus').waitFor();
}

/** The menu of a person is open: its first button leads to a whisper. */
async function typeInWhisper(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Enter');
  await page.locator('#chat:focus').waitFor();
  await typeAndEnter(page, text);
  await page.locator('.whisper.mine', { hasText: text }).waitFor();
  await page.keyboard.press('Escape');
  await gone(page.locator('#whispering'));
}
