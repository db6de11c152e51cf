/** Reading a room's log, both ways, while others write. */
import type { Page } from 'playwright-core';
import { gone, picture, seen } from './support/people';
import {
  create,
  enter,
  menu,
  nameOf,
  postMany,
  say,
  scrollToTheBeginning,
  setStage,
  texts,
} from './support/story';

const { someone } = setStage();

describe('a long conversation', () => {
  it('lets a reader stay further up while others write, and brings older chats by scrolling', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 120);
    await enter(ben.page, url);
    await expect.poll(async () => (await texts(ben.page)).at(-1)).toBe('말 120');

    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await expect.poll(() => texts(ben.page)).toEqual(words(1, 120));

    const middle = ben.page.locator('.other', { hasText: '말 60' });
    await middle.evaluate((row) => row.scrollIntoView({ block: 'center' }));
    const before = await middle.boundingBox();
    await say(ana.page, '새 소식');
    await seen(ben.page.getByRole('button', { name: '새 메시지 1개' }));
    await expect.poll(async () => (await middle.boundingBox())?.y).toBeCloseTo(before?.y ?? NaN, 0);
    await ben.page.getByRole('button', { name: '새 메시지 1개' }).click();
    await gone(ben.page.locator('#to-newest'));
    await seen(ben.page.getByText('새 소식'));
  });

  it('is read from the newest to the first chat and back with at most 300 chats on the page', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 700);
    await enter(ben.page, url);
    await watchRows(ben.page);

    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    const first = await texts(ben.page);
    expect(first).toEqual(words(1, first.length));
    expect(first.length).toBeLessThan(301);
    await seen(ben.page.getByRole('button', { name: '최신 대화로' }));

    // What is said now is counted, and is not on the page.
    await say(ana.page, '새 소식');
    await seen(ben.page.getByRole('button', { name: '새 메시지 1개' }));
    await picture(ben.page, 'history');
    await expect.poll(() => texts(ben.page)).toEqual(first);

    await ben.page.locator('#scroller').evaluate(scrollToTheEnd);
    const last = await texts(ben.page);
    expect(last).toEqual([...words(702 - last.length, 700), '새 소식']);
    await gone(ben.page.locator('#to-newest'));
    await say(ana.page, '이제 바로');
    await seen(ben.page.locator('.other', { hasText: '이제 바로' }));
    await expect
      .poll(() => ben.page.evaluate(() => Number(document.body.dataset.mostRows)))
      .toBeLessThan(301);
  });

  it('keeps the reader’s place when a page of it comes in above or below', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 420);
    await enter(ben.page, url);
    for (const [edge, isOlder] of [
      ['#older', true],
      ['#newer', false],
    ] as const) {
      if (!isOlder) await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
      const moved = await ben.page.locator('#scroller').evaluate(movedByLoading, edge);
      expect(moved).toHaveLength(3);
      for (const distance of moved) expect(Math.abs(distance)).toBeLessThan(2);
    }
  });

  it('goes to the newest at once, by the button or by saying something', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 500);
    await enter(ben.page, url);
    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await ben.page.getByRole('button', { name: '최신 대화로' }).click();
    await seen(ben.page.locator('.other', { hasText: '말 500' }));
    await gone(ben.page.locator('#to-newest'));
    await expect.poll(() => texts(ben.page)).toEqual(words(451, 500).slice(-(await texts(ben.page)).length));

    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await say(ben.page, '여기 있어요');
    await seen(ben.page.locator('.other', { hasText: '말 500' }));
    await expect.poll(async () => (await texts(ben.page)).at(-1)).toBe('여기 있어요');
    await gone(ben.page.locator('#to-newest'));
  });

  it('is read to its end by a reader who was further up, while others never stop writing', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 500);
    await enter(ben.page, url);
    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    // Something is said and heard between the server's reading of a page and its arrival.
    let unread = 0;
    await ben.page.route(/\/chats\?(after=\d+)?$/, async (route) => {
      const response = await route.fetch();
      unread += 1;
      await say(ana.page, `그 사이 ${String(unread)}`);
      await seen(ben.page.getByRole('button', { name: `새 메시지 ${String(unread)}개` }));
      await route.fulfill({ response });
    });
    await ben.page.getByRole('button', { name: '최신 대화로' }).click();
    await gone(ben.page.locator('#to-newest'));
    await expect.poll(async () => (await texts(ben.page)).slice(-2)).toEqual(['말 500', '그 사이 1']);

    unread = 0;
    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await ben.page.locator('#scroller').evaluate(scrollToTheEnd);
    await gone(ben.page.locator('#to-newest'));
    const said = ['그 사이 1', ...Array.from({ length: unread }, (_, n) => `그 사이 ${String(n + 1)}`)];
    expect(unread).toBeGreaterThan(1);
    await expect
      .poll(async () => (await texts(ben.page)).slice(-said.length - 1))
      .toEqual(['말 500', ...said]);
  });

  it('is asked for again when the answer was lost with a connection that died', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await postMany(ana.page, url, 120);
    await enter(ben.page, url);
    await ben.page.route('**/chats?before=*', () => undefined, { times: 1 });
    await ben.page.locator('#scroller').evaluate((scroller) => scroller.scrollTo(0, -scroller.scrollHeight));
    await seen(ben.page.getByRole('button', { name: '불러오는 중…' }));
    await blip(ben.page);
    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await expect.poll(() => texts(ben.page)).toEqual(words(1, 120));
  });

  it('keeps the place of a reader who reads on after the newest chats did not come', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    const url = await create(ana.page);
    await postMany(ana.page, url, 500);
    await enter(ben.page, url);
    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    let asked = 0;
    await ben.page.route(/\/chats\?$/, (route) => {
      asked += 1;
      return asked === 1 ? route.abort() : route.continue();
    });
    await ben.page.getByRole('button', { name: '최신 대화로' }).click();
    await seen(ben.page.getByRole('button', { name: '불러오지 못했습니다. 다시 시도' }));
    await ben.page.locator('#scroller').hover();
    await ben.page.mouse.wheel(0, 200);
    await blip(ben.page);
    // What the page asks for when it is back it has asked for when it hears this.
    await say(ana.page, '새 소식');
    await seen(ben.page.getByRole('button', { name: '새 메시지 1개' }));
    expect(asked).toBe(1);
    await expect.poll(async () => (await texts(ben.page))[0]).toBe('말 1');
  });

  it('continues at the newest when its reader missed more than 1,000 chats, and the rest comes by scrolling', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    await postMany(ana.page, url, 1_250);
    await ben.page.context().setOffline(false);
    await seen(ben.page.locator('.other', { hasText: '말 1250' }));
    await expect.poll(async () => (await texts(ben.page)).length).toBeLessThan(301);
    await say(ana.page, '다시 함께');
    await seen(ben.page.locator('.other', { hasText: '다시 함께' }));
    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await expect.poll(async () => (await texts(ben.page))[0]).toBe('말 1');
  });

  it('keeps a whisper where it was heard', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 400);
    await enter(ben.page, url);
    await menu(ana.page, await nameOf(ben.page), '귓속말');
    await ana.page.locator('#chat').fill('우리끼리');
    await ana.page.keyboard.press('Enter');
    await seen(ben.page.locator('.whisper', { hasText: '우리끼리' }));
    await ana.page.keyboard.press('Escape');
    await say(ana.page, '모두에게');
    await seen(ben.page.locator('.other', { hasText: '모두에게' }));

    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    await expect.poll(() => ben.page.locator('.whisper').count()).toBe(0);
    await ben.page.locator('#scroller').evaluate(scrollToTheEnd);
    const end = await ben.page.locator('#chat-list .bubble').allTextContents();
    expect(end.slice(-3)).toEqual(['말 400', '우리끼리', '모두에게']);
  });
});

/** The connection goes and comes back. */
async function blip(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await seen(page.getByText('연결이 끊겼습니다.'));
  await page.context().setOffline(false);
  await seen(page.getByText('다시 연결되었습니다.'));
}

function words(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, n) => `말 ${String(from + n)}`);
}

/** Notes the most rows that are ever on the page at once. */
function watchRows(page: Page): Promise<void> {
  return page.evaluate(() => {
    const list = document.querySelector('#chat-list');
    if (!list) throw new Error('no list');
    const note = () => {
      const most = Math.max(Number(document.body.dataset.mostRows ?? 0), list.childElementCount);
      document.body.dataset.mostRows = String(most);
    };
    new MutationObserver(note).observe(list, { childList: true });
    note();
  });
}

/** Scrolls down whenever something comes in, until there is nothing newer. */
function scrollToTheEnd(scroller: Element): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(down);
    observer.observe(scroller, { childList: true, subtree: true, attributes: true });
    down();
    function down() {
      scroller.scrollTo(0, 0);
      if (!scroller.querySelector('#newer')?.hasAttribute('hidden')) return;
      observer.disconnect();
      resolve();
    }
  });
}

/** Goes to one end of the page three times, and says how far in px the row there moved when the next chats had come. */
async function movedByLoading(scroller: Element, edge: string): Promise<number[]> {
  const moved: number[] = [];
  const list = scroller.querySelector('#chat-list');
  if (!list) throw new Error('no list');
  for (let time = 0; time < 3; time += 1) {
    const isOlder = edge === '#older';
    const hasCome = new Promise<void>((resolve) => {
      const observer = new MutationObserver((records) => {
        if (records.length < 10) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(list, { childList: true });
    });
    const most = scroller.scrollHeight - scroller.clientHeight;
    scroller.scrollTop = isOlder ? 150 - most : -150;
    const { top } = scroller.getBoundingClientRect();
    const row = [...list.children].find((one) => one.getBoundingClientRect().bottom > top + 200);
    const before = row?.getBoundingClientRect().top ?? 0;
    await hasCome;
    moved.push((row?.getBoundingClientRect().top ?? NaN) - before);
  }
  return moved;
}
