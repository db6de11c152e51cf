/** What comes while the page is hidden. */
import type { Page } from 'playwright-core';
import { takeBack } from './support/acts';
import { gone, picture, seen } from './support/people';
import { create, enter, look, menu, nameOf, newTitle, say, setStage } from './support/story';

const { someone } = setStage();
const LINE = '.new-since';

it('is counted in the title, marked on the icon, and stands under a line until the reader says something', async () => {
  const [ana, ben] = [await someone({ viewport: { width: 390, height: 844 } }), await someone()];
  const title = newTitle('방');
  const url = await create(ana.page, { title });
  await enter(ben.page, url);
  const icon = ana.page.locator('link[rel="icon"]');
  const plain = await icon.getAttribute('href');
  await say(ben.page, '읽은 말');
  await seen(ana.page.getByText('읽은 말'));
  const whisper = async (text: string) => {
    await menu(ben.page, await nameOf(ana.page), '귓속말');
    await ben.page.locator('#chat').fill(text);
    await ben.page.keyboard.press('Enter');
    await seen(ana.page.locator('.whisper', { hasText: text }));
    await ben.page.keyboard.press('Escape');
  };
  await whisper('읽은 귓속말');
  await expect.poll(() => ana.page.title()).toBe(title);

  await look(ana.page, false);
  await say(ben.page, '하나');
  await say(ben.page, '둘');
  await whisper('셋');
  await ana.page.waitForFunction((text) => document.title === text, `(3) ${title}`);
  await expect.poll(() => icon.getAttribute('href')).toContain('icon-unread');
  await look(ana.page, true);
  await expect.poll(() => ana.page.title()).toBe(title);
  await expect.poll(() => icon.getAttribute('href')).toBe(plain);
  await expect
    .poll(() => rows(ana.page))
    .toEqual(['읽은 말', '읽은 귓속말', '여기부터 새 메시지', '하나', '둘', '셋']);
  await picture(ana.page, 'new-since');

  await say(ana.page, '다 읽었어요');
  await gone(ana.page.locator(LINE));
});

it('is counted no more when it was taken back', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const title = newTitle('방');
  const url = await create(ana.page, { title });
  await enter(ben.page, url);
  await look(ana.page, false);
  for (const text of ['하나', '둘']) await say(ben.page, text);
  await expect.poll(() => ana.page.title()).toBe(`(2) ${title}`);
  await takeBack(ben.page, '.mine', '하나');
  await expect.poll(() => ana.page.title()).toBe(`(1) ${title}`);
  await takeBack(ben.page, '.mine', '둘');
  await expect.poll(() => ana.page.title()).toBe(title);
  expect(await ana.page.locator(LINE).count()).toBe(0);
});

it('has a line of its own each time that the reader was away, and none if nobody said anything', async () => {
  const [ana, ben] = [await someone(), await someone({ colorScheme: 'dark' })];
  const url = await create(ana.page);
  await look(ana.page, false);
  await enter(ben.page, url);
  await seen(ana.page.locator('.system').nth(1));
  await look(ana.page, true);
  await expect.poll(() => ana.page.locator(LINE).count()).toBe(0);
  for (const text of ['하나', '둘']) {
    await look(ana.page, false);
    await say(ben.page, text);
    await seen(ana.page.getByText(text, { exact: true }));
    await look(ana.page, true);
  }
  await expect.poll(() => rows(ana.page)).toEqual(['하나', '여기부터 새 메시지', '둘']);
});

it('is not what I say myself in another window', async () => {
  const ana = await someone();
  const url = await create(ana.page);
  const other = await ana.page.context().newPage();
  await enter(other, url);
  const title = await ana.page.title();
  await look(ana.page, false);
  await say(other, '내 말');
  await seen(ana.page.getByText('내 말'));
  await expect.poll(() => ana.page.title()).toBe(title);
  await expect.poll(() => ana.page.locator(LINE).count()).toBe(0);
});

/** What people said, and the line. */
function rows(page: Page): Promise<string[]> {
  return page.locator(`#chat-list .bubble, ${LINE}`).allTextContents();
}
