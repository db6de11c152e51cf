/** How the log stands together: many comings and goings in one line that opens, and the day above where it begins. */
import type { Page } from 'playwright-core';
import { picture, seen } from './support/people';
import { create, enter, postMany, say, scrollToTheBeginning, setStage } from './support/story';

const { someone } = setStage({ TIME_ZONE: 'Asia/Seoul' });
const PHONE = { viewport: { width: 390, height: 800 } };

describe('comings and goings in a row', () => {
  it('fold into one line on the open page, all but the newest, and open by it', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await say(ana.page, '누가 오나');
    for (let times = 0; times < 3; times += 1) await comeAndGo(ben.page, url);
    await seen(ana.page.getByText('방 소식 5개'));
    // Beside her own coming, which stands alone.
    await expect.poll(() => shownNews(ana.page)).toBe(1 + 1);
    await seen(ana.page.locator('.system', { hasText: '퇴장하셨습니다.' }).last());
    await say(ana.page, '아무도 없나');
    await seen(ana.page.getByText('방 소식 6개'));
    await expect.poll(() => shownNews(ana.page)).toBe(1);
    await picture(ana.page, 'folded-wide');

    await ana.page.getByLabel('방 소식 6개').check();
    await expect.poll(() => shownNews(ana.page)).toBe(1 + 6);
    await picture(ana.page, 'unfolded');
    await ana.page.getByLabel('방 소식 6개').uncheck();
    await expect.poll(() => shownNews(ana.page)).toBe(1);
  });

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('come folded with the page, and open, %s', async (_, javaScriptEnabled) => {
    const [ana, ben] = [await someone(), await someone()];
    const cleo = await someone({ javaScriptEnabled, ...PHONE });
    const url = await create(ana.page);
    await say(ana.page, '하나');
    for (let times = 0; times < 2; times += 1) await comeAndGo(ben.page, url);
    await say(ana.page, '둘');
    await cleo.page.goto(url);
    const line = cleo.page.getByLabel('방 소식 4개');
    await seen(cleo.page.getByText('방 소식 4개'));
    const rows = cleo.page.locator('[data-fold] > [data-slot="chat"]:visible');
    await expect.poll(() => rows.count()).toBe(0);
    await picture(cleo.page, `folded-phone-${String(javaScriptEnabled)}`);
    await line.check();
    await expect.poll(() => rows.count()).toBe(4);
    await line.uncheck();
    await expect.poll(() => rows.count()).toBe(0);
  });

  it('stay open while more are added to them', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await say(ana.page, '누가 오나');
    for (let times = 0; times < 2; times += 1) await comeAndGo(ben.page, url);
    await ana.page.getByLabel('방 소식 3개').check();
    await comeAndGo(ben.page, url);
    await seen(ana.page.getByText('방 소식 5개'));
    await expect.poll(() => shownNews(ana.page)).toBe(1 + 6);
  });

  it('fold without moving what somebody reads further up', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 60);
    await ana.page.locator('#scroller').evaluate(scrollToTheBeginning);
    const middle = ana.page.locator('.mine', { hasText: '말 30' });
    await middle.evaluate((row) => row.scrollIntoView({ block: 'center' }));
    const before = (await middle.boundingBox())?.y ?? NaN;
    for (let times = 0; times < 3; times += 1) await comeAndGo(ben.page, url);
    await ana.page.getByText('방 소식 5개').waitFor({ state: 'attached' });
    await expect.poll(async () => (await middle.boundingBox())?.y).toBeCloseTo(before, 0);
  });

  it('open below their line, which stays where it is', async () => {
    const [ana, ben] = [await someone(PHONE), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 30);
    for (let times = 0; times < 4; times += 1) await comeAndGo(ben.page, url);
    const line = ana.page.getByLabel('방 소식 7개');
    const before = (await line.boundingBox())?.y ?? NaN;
    await line.check();
    await expect.poll(async () => (await line.boundingBox())?.y).toBeCloseTo(before, 0);
  });
});

it('hundreds of changes in a row are loaded once, and older ones by the button', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ana.page);
  await renameOften(ana.page, url, 400);
  const asked: string[] = [];
  ben.page.on('request', (request) => {
    if (request.url().includes('/chats?')) asked.push(request.url());
  });
  await enter(ben.page, url);
  const older = ben.page.getByRole('button', { name: '이전 대화 보기' });
  await seen(ben.page.getByText(/방 소식 299개/));
  expect(asked.length).toBeLessThan(10);
  await picture(ben.page, 'folded-many');
  // A press brings older ones in place of the newest.
  const before = await firstNumber(ben.page);
  await older.click();
  await ben.page.waitForFunction(
    (number) => Number(document.querySelector('[data-seq]')?.getAttribute('data-seq')) < number,
    before,
  );
  expect(asked.length).toBeLessThan(20);
});

describe('a day', () => {
  it('is named where it begins, on a page that stayed open over midnight and on one that comes then', async () => {
    const ana = await someone({ timezoneId: 'Asia/Seoul', ...PHONE });
    await ana.page.clock.install();
    const url = await create(ana.page);
    await say(ana.page, '자기 전에');
    await expect.poll(() => ana.page.locator('[data-day]').count()).toBe(0);
    await ana.page.clock.fastForward('24:00:00');
    const first = ana.page.locator('#chat-list > :first-child');
    await seen(ana.page.locator('#chat-list > :first-child[data-day="어제"]'));
    await expect.poll(() => first.evaluate(contentAbove)).toContain('어제');
    await picture(ana.page, 'day');
    await enter(ana.page, url);
    await expect.poll(() => first.getAttribute('data-day')).toBe('어제');
  });
});

/** Enters and leaves. */
async function comeAndGo(page: Page, url: string): Promise<void> {
  await enter(page, url);
  await page.locator('#exit-btn').click();
  await page.waitForURL(/\/$/);
}

/** Takes a new name so often. */
async function renameOften({ request }: Page, url: string, count: number): Promise<void> {
  for (let times = 0; times < count; times += 1) {
    await request.post(`${url}/name`, { data: { name: `이름 ${String(times)}` } });
  }
}

async function firstNumber(page: Page): Promise<number> {
  return Number(await page.locator('[data-seq]').first().getAttribute('data-seq'));
}

/** How many sentences about people are to be seen. */
async function shownNews(page: Page): Promise<number> {
  return page.locator('.system > [data-slot="chat"]:visible').count();
}

/** What the styles write above a row. */
function contentAbove(row: Element): string {
  return getComputedStyle(row, '::before').content;
}
