/** Reading what others wrote, whatever they wrote: how much room it takes, in which direction it goes, and the way down. */
import type { Locator } from 'playwright-core';
import { gone, picture, seen } from './support/people';
import { create, enter, newTitle, postMany, say, scrollToTheBeginning, setStage } from './support/story';

const { someone } = setStage({ TIME_ZONE: 'Asia/Kathmandu' });
const PHONE = { viewport: { width: 390, height: 800 } };

describe('the log', () => {
  it('shows a way down whenever its reader is not at the newest', async () => {
    const ana = await someone();
    await postMany(ana.page, await create(ana.page), 40);
    await seen(ana.page.getByText('말 40'));
    const wayDown = ana.page.getByRole('button', { name: '최신 대화로' });
    await expect.poll(() => wayDown.isVisible()).toBe(false);
    await ana.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await seen(wayDown);
    await picture(ana.page, 'way-down');
    await wayDown.click();
    await gone(wayDown);
    await seen(ana.page.getByText('말 40'));
  });

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('shows a tall text in part, and all of it on request, %s', async (_, javaScriptEnabled) => {
    const [ana, ben] = [await someone(), await someone({ javaScriptEnabled, ...PHONE })];
    const url = await create(ana.page);
    await say(ana.page, `위${'\n'.repeat(1_990)}아래`);
    await ben.page.goto(url);
    for (const { page } of [ana, ben]) {
      const bubble = page.locator('.bubble', { hasText: '아래' });
      await expect.poll(() => bubble.evaluate((element) => element.clientHeight)).toBeLessThan(500);
    }
    const showAll = ben.page.getByLabel('모두 보기');
    await picture(ben.page, `tall-${String(javaScriptEnabled)}`);
    await showAll.check();
    const bubble = ben.page.locator('.bubble', { hasText: '아래' });
    await expect.poll(() => bubble.evaluate((element) => element.clientHeight)).toBeGreaterThan(20_000);
    await showAll.uncheck();
    await expect.poll(() => bubble.evaluate((element) => element.clientHeight)).toBeLessThan(500);
  });

  it('offers no more of a text that stands there as a whole', async () => {
    const ana = await someone();
    await create(ana.page);
    await say(ana.page, '짧은 말');
    await expect.poll(() => ana.page.getByLabel('모두 보기').isVisible()).toBe(false);
  });

  it('keeps thousands of marks on one letter inside their bubble', async () => {
    const ana = await someone(PHONE);
    await create(ana.page);
    await say(ana.page, '위의 말');
    await say(ana.page, `a${'\u0301'.repeat(1_999)}`);
    const last = ana.page.locator('.mine').last();
    const { bottom } = await edges(last.locator('.bubble'));
    const { top } = await edges(ana.page.locator('.mine').first());
    const above = { x: 0, y: top, width: 390, height: (await edges(last.locator('.bubble'))).top - top };
    expect(bottom).toBeLessThan(800);
    await picture(ana.page, 'marks');
    const painted = await ana.page.screenshot({ clip: above });
    await last.locator('.bubble').evaluate((element) => {
      element.style.color = 'transparent';
    });
    await expect.poll(async () => (await ana.page.screenshot({ clip: above })).equals(painted)).toBe(true);
  });
});

it('shows what people wrote in the direction of its language', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const title = newTitle('שלום חדר');
  const url = await create(ana.page, { title });
  await say(ana.page, 'שלום (1)');
  await enter(ben.page, url);
  await say(ben.page, '안녕 (2)');
  for (const { page } of [ana, ben]) {
    const [first, second] = [page.locator('.bubble').nth(0), page.locator('.bubble').nth(1)];
    await seen(second);
    await expect.poll(() => first.evaluate(direction)).toBe('rtl');
    await expect.poll(() => second.evaluate(direction)).toBe('ltr');
    await expect.poll(() => page.locator('.room-head .title').evaluate(direction)).toBe('rtl');
  }
  const cleo = await someone({ javaScriptEnabled: false });
  await cleo.page.goto('/');
  await expect
    .poll(() => cleo.page.locator('.room-title', { hasText: title }).evaluate(direction))
    .toBe('rtl');
});

it('shows a title of 100 characters in two lines on a phone, in the list and in the room', async () => {
  const ana = await someone(PHONE);
  await create(ana.page, { title: '긴 제목 '.repeat(20) });
  await expect.poll(() => ana.page.locator('.room-head .title').evaluate(lines)).toBe(2);
  await picture(ana.page, 'title-room');
  // The script would replace the rows while we measure them.
  const ben = await someone({ javaScriptEnabled: false, ...PHONE });
  await ben.page.goto('/');
  await expect.poll(() => ben.page.locator('.room-title', { hasText: '긴 제목' }).evaluate(lines)).toBe(2);
  await picture(ben.page, 'title-list');
});

describe('a time', () => {
  it('is of yesterday on a page that stayed open over midnight', async () => {
    const ana = await someone({ timezoneId: 'Asia/Seoul' });
    await ana.page.clock.install();
    await create(ana.page);
    await say(ana.page, '자기 전에');
    const time = ana.page.locator('.mine time');
    await expect.poll(() => time.innerText()).toMatch(/^(오전|오후) \d+:\d\d$/);
    const before = await time.innerText();
    await ana.page.clock.fastForward('24:00:00');
    await seen(ana.page.locator('.mine time', { hasText: `어제 ${before}` }));
  });

  it('is in the reader’s zone with scripts, and in the named one of the server without', async () => {
    const ana = await someone({ timezoneId: 'Pacific/Auckland' });
    const url = await create(ana.page);
    await say(ana.page, '지금');
    const ben = await someone({ javaScriptEnabled: false, timezoneId: 'Pacific/Auckland' });
    await ben.page.goto(url);
    const iso = (await ana.page.locator('.mine time').getAttribute('datetime')) ?? '';
    await expect
      .poll(() => ana.page.locator('.mine time').innerText())
      .toContain(clockIn('Pacific/Auckland', iso));
    await expect
      .poll(() => ben.page.locator('.other time').innerText())
      .toContain(clockIn('Asia/Kathmandu', iso));
    await expect
      .poll(() => ben.page.locator('.times-in').innerText())
      .toBe('시각은 Asia/Kathmandu 기준입니다.');
    await expect.poll(() => ana.page.locator('#time-zone').count()).toBe(0);
  });
});

/** Hours and minutes there, as 2:31. */
function clockIn(timeZone: string, iso: string): string {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', minute: '2-digit' });
  return format.format(new Date(iso)).split(/\s/)[0] ?? '';
}

async function edges(what: Locator): Promise<{ top: number; bottom: number }> {
  return what.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return { top, bottom };
  });
}

function direction(element: Element): string {
  return getComputedStyle(element).direction;
}

function lines(element: Element): number {
  return Math.round(element.clientHeight / parseFloat(getComputedStyle(element).lineHeight));
}
