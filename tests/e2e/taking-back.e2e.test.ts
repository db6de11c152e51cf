/** Taking back what slipped out: by hand, by keyboard, by touch and without scripts; gone for all at once. */
import type { Locator, Page } from 'playwright-core';
import { gone, picture, seen } from './support/people';
import {
  GIF,
  create,
  enter,
  nameOf,
  postMany,
  say,
  scrollToTheBeginning,
  setLine,
  setStage,
} from './support/story';

const stage = setStage();
const { someone } = stage;
const line = setLine(stage);

const bubble = (page: Page, text: string) => page.locator('#chat-list .bubble', { hasText: text });
const tombstones = (page: Page) => page.locator('#chat-list [data-taken-back]');

async function agree(page: Page): Promise<void> {
  await page.locator('#confirm-yes').click();
}

function hasFocus(what: Locator): Promise<boolean> {
  return what.evaluate((element) => element === document.activeElement);
}

it('blanks a GIF by mistake for everybody at once, also for a reader who is scrolled up', async () => {
  const [ana, ben, cleo] = [await someone(), await someone(), await someone()];
  const url = await create(ana.page);
  await enter(ben.page, url);
  await ben.page.locator('#gif').setInputFiles(GIF);
  await seen(ben.page.locator('.mine[data-seq] [data-gif]'));
  await enter(cleo.page, url);
  const file = (await cleo.page.locator('[data-gif] img').getAttribute('src')) ?? '';
  await postMany(ana.page, url, 60);
  await seen(bubble(cleo.page, '말 60'));
  await cleo.page.locator('#scroller').evaluate(scrollToTheBeginning);

  const row = ben.page.locator('.mine:has([data-gif])');
  await row.hover();
  await row.getByRole('button', { name: '지우기' }).click();
  await agree(ben.page);
  for (const { page } of [ana, ben, cleo]) {
    await tombstones(page).waitFor({ state: 'attached' });
    await expect.poll(() => page.locator('[data-gif]').count()).toBe(0);
  }
  await expect.poll(async () => (await cleo.page.request.get(file)).status()).toBe(404);
});

it('lets the owner take back anything, and others only what is their own', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ana.page);
  await enter(ben.page, url);
  await say(ana.page, '방장의 말');
  await say(ben.page, '벤의 말');
  const theirs = ben.page.locator('.other', { hasText: '방장의 말' });
  await theirs.hover();
  await gone(theirs.getByRole('button', { name: '지우기' }));
  const row = ana.page.locator('.other', { hasText: '벤의 말' });
  await row.hover();
  await row.getByRole('button', { name: '지우기' }).click();
  await agree(ana.page);
  await seen(tombstones(ben.page));
  await gone(bubble(ben.page, '벤의 말'));
  await seen(ben.page.locator('.system', { hasText: '메시지를 지웠습니다.' }));
});

it('works by keyboard alone, from the empty field and back to it', async () => {
  const { page } = await someone();
  await create(page);
  for (const text of ['하나', '둘', '셋']) await say(page, text);
  const field = page.locator('#chat');
  const rowOf = (text: string) => page.locator('.mine', { hasText: text });

  await field.focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => hasFocus(rowOf('셋'))).toBe(true);
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => hasFocus(rowOf('둘'))).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(() => hasFocus(field)).toBe(true);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => hasFocus(field)).toBe(true);

  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Delete');
  await seen(page.locator('#confirm'));
  await page.keyboard.press('Escape');
  await gone(page.locator('#confirm'));
  await expect.poll(() => hasFocus(rowOf('둘'))).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await gone(rowOf('둘'));
  await expect.poll(() => hasFocus(field)).toBe(true);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => hasFocus(rowOf('하나'))).toBe(true);

  // Only the row that has the focus lets its button be reached by the Tab key.
  const stops = await page.locator('#chat-list > :not(:focus) *').evaluateAll((all) => {
    return all.filter((it) => it instanceof HTMLElement && it.tabIndex >= 0 && it.checkVisibility()).length;
  });
  expect(stops).toBe(0);
});

it('leaves nothing of what was said, not even that it meant somebody', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ana.page);
  await enter(ben.page, url);
  await say(ana.page, `@${await nameOf(ben.page)} ${'길게\n'.repeat(40)}`);
  await seen(ben.page.locator('.other[data-is-meant][data-tall]'));
  const row = ana.page.locator('.mine', { hasText: '길게' });
  await row.hover();
  await row.locator('.take-back').click();
  await agree(ana.page);
  await seen(tombstones(ben.page));
  await gone(ben.page.locator('[data-is-meant]'));
  await gone(ben.page.locator('[data-tall]'));
});

it('closes the GIF that somebody looks at, and leads them back to the log', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ana.page);
  await enter(ben.page, url);
  await ana.page.locator('#gif').setInputFiles(GIF);
  await ben.page.locator('.other .gif-open').click();
  await seen(ben.page.locator('#large-gif img'));
  const row = ana.page.locator('.mine[data-seq]:has([data-gif])');
  await row.hover();
  await row.locator('.take-back').click();
  await agree(ana.page);
  await gone(ben.page.locator('#large-gif'));
  await expect.poll(() => hasFocus(ben.page.locator('#scroller'))).toBe(true);
});

it('is believed by a page that skipped more than it could catch up with', async () => {
  const [ana, ben] = [await someone(), await line.behindProxy()];
  const url = await create(ana.page);
  await enter(ben.page, line.behind(url));
  await say(ana.page, '나중에 지울 말');
  const seq = (await ana.page.locator('.mine', { hasText: '나중에' }).getAttribute('data-seq')) ?? '';
  await postMany(ana.page, url, 100);
  await seen(bubble(ben.page, '말 100'));
  await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
  line.proxy().cut();
  await seen(ben.page.locator('#connection:not(:empty)'));
  await postMany(ana.page, url, 1_100);
  await ana.page.request.post(`${url}/chats/${seq}/takeback`, { headers: { origin: new URL(url).origin } });
  line.proxy().heal();
  await gone(bubble(ben.page, '나중에 지울 말'));
  await seen(tombstones(ben.page));
});

it('is believed in a room that stores nothing, by a page that was away meanwhile', async () => {
  const [ana, ben] = [await someone(), await line.behindProxy()];
  const url = await create(ana.page, { ephemeral: true });
  await enter(ben.page, line.behind(url));
  await say(ana.page, '잘못 보낸 말');
  await seen(bubble(ben.page, '잘못 보낸 말'));
  line.proxy().cut();
  await seen(ben.page.locator('#connection:not(:empty)'));
  const row = ana.page.locator('.mine', { hasText: '잘못 보낸 말' });
  await row.hover();
  await row.locator('.take-back').click();
  await agree(ana.page);
  await seen(tombstones(ana.page));
  line.proxy().heal();
  await seen(tombstones(ben.page));
  await gone(bubble(ben.page, '잘못 보낸 말'));
});

it('is no longer possible in a room that stores nothing when much was said since, and says so', async () => {
  const { page } = await someone();
  const url = await create(page, { ephemeral: true });
  await say(page, '옛말');
  await postMany(page, url, 210);
  await seen(bubble(page, '말 210'));
  const row = page.locator('.mine', { hasText: '옛말' });
  await row.hover();
  await row.locator('.take-back').click();
  await agree(page);
  await seen(page.locator('#composer-error', { hasText: '오래된 메시지는 더는 지울 수 없습니다.' }));
});

it('asks again at once after a no, and believes the second answer', async () => {
  const { page } = await someone();
  await create(page);
  await say(page, '잘못 보낸 말');
  const row = page.locator('.mine', { hasText: '잘못 보낸 말' });
  await row.hover();
  await row.locator('.take-back').click();
  await seen(page.locator('#confirm'));
  // As by a fast keyboard: the dialog has not told yet that it has closed.
  await row.evaluate((element) => {
    document.querySelector<HTMLDialogElement>('#confirm')?.close();
    element.querySelector<HTMLElement>('.take-back')?.click();
  });
  await agree(page);
  await gone(row);
});

it('shows its button on a phone when the bubble is tapped', async () => {
  const { page } = await someone({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  await create(page);
  await say(page, '잘못 보낸 말');
  const row = page.locator('.mine', { hasText: '잘못 보낸 말' });
  const button = row.locator('.take-back');
  await expect.poll(() => button.evaluate((it) => getComputedStyle(it).opacity)).toBe('0');
  await row.locator('.bubble').tap();
  await expect.poll(() => button.evaluate((it) => getComputedStyle(it).opacity)).toBe('1');
  const box = await button.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  await picture(page, 'taking-back-phone');
  await button.tap();
  await agree(page);
  await seen(tombstones(page));
});

it('leaves what is still being sent untouched, and works where nothing is stored', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ana.page, { ephemeral: true });
  await enter(ben.page, url);
  await say(ana.page, '금방 지울 말');
  await seen(bubble(ben.page, '금방 지울 말'));
  ana.tolerate(/ERR_INTERNET_DISCONNECTED/);
  await ana.page.context().setOffline(true);
  await seen(ana.page.getByText('연결이 끊겼습니다.'));
  await ana.page.locator('#chat').fill('아직 가지 않은 말');
  await ana.page.keyboard.press('Enter');
  const pending = ana.page.locator('.is-pending', { hasText: '아직 가지 않은 말' });
  await seen(pending);
  await gone(pending.locator('.take-back'));
  await ana.page.context().setOffline(false);
  await seen(bubble(ben.page, '아직 가지 않은 말'));
  const row = ana.page.locator('.mine', { hasText: '금방 지울 말' });
  await row.hover();
  await row.getByRole('button', { name: '지우기' }).click();
  await agree(ana.page);
  await seen(tombstones(ben.page));
  await expect.poll(() => bubble(ben.page, '아직 가지 않은 말').count()).toBe(1);
});

it('works without scripts, by a form', async () => {
  const [ana, ben] = [await someone(), await someone({ javaScriptEnabled: false })];
  const url = await create(ana.page);
  await ben.page.goto(url);
  await ben.page.locator('#chat').fill('스크립트 없이');
  await ben.page.getByRole('button', { name: '전송' }).click();
  await seen(bubble(ana.page, '스크립트 없이'));
  await picture(ben.page, 'taking-back-without-scripts');
  await ben.page.getByRole('button', { name: '지우기' }).click();
  await seen(tombstones(ben.page));
  expect(ben.page.url()).toBe(url);
  await seen(tombstones(ana.page));
});
