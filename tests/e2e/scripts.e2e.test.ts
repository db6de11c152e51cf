/** Pages whose scripts come late, fail, or miss something that not every browser has. */
import type { Page } from 'playwright-core';
import { picture, seen, type Person } from './support/people';
import { GIF, create, enter, say, setStage, texts } from './support/story';

const { someone } = setStage();
const FALLBACK = '.without-script';

describe('before its script runs, a room', () => {
  it('keeps what was entered and chosen, and sends both when the script comes', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ben.page);
    const release = await holdBack(ana.page, '**/ko/chat-*.js');
    await ana.page.goto(url, { waitUntil: 'commit' });
    await ana.page.locator('#chat').pressSequentially('일찍 온 말');
    await ana.page.keyboard.press('Enter');
    await ana.page.locator('#gif').setInputFiles(GIF);
    release();
    await seen(ben.page.locator('.other', { hasText: '일찍 온 말' }));
    await seen(ben.page.locator('.other[data-kind="gif"]'));
    await seen(ana.page.locator('.mine[data-seq][data-kind="gif"]'));
    await expect.poll(() => ana.page.locator('#chat').inputValue()).toBe('');
    await ben.page.reload();
    await expect.poll(() => ben.page.locator('[data-kind="gif"]').count()).toBe(1);
    await expect.poll(() => texts(ben.page)).toEqual(['일찍 온 말']);
  });

  it('leaves in the field what is still being written', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ben.page);
    const release = await holdBack(ana.page, '**/ko/chat-*.js');
    await ana.page.goto(url, { waitUntil: 'commit' });
    await ana.page.locator('#chat').pressSequentially('쓰다 만');
    release();
    await say(ben.page, '안녕');
    await seen(ana.page.locator('.other', { hasText: '안녕' }));
    await expect.poll(() => ana.page.locator('#chat').inputValue()).toBe('쓰다 만');
  });

  it('sends its form, which loses nothing', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ben.page);
    await holdBack(ana.page, '**/ko/chat-*.js');
    await ana.page.goto(url, { waitUntil: 'commit' });
    await ana.page.locator('#chat').fill('단추로');
    await ana.page.getByRole('button', { name: '전송' }).click();
    await seen(ben.page.locator('.other', { hasText: '단추로' }));
  });
});

describe('a room whose script', () => {
  it('misses a part of it says so at once, and works as without scripts', async () => {
    const [ana, ben] = [await someone({ viewport: { width: 390, height: 844 } }), await someone()];
    ana.tolerate(/ERR_FAILED|io is not defined/);
    const url = await create(ben.page);
    await ana.page.route('**/socket-io-*.js', (route) => route.abort());
    await ana.page.goto(url);
    await worksWithoutScripts(ana, ben);
    await picture(ana.page, 'script-failed');
  });

  it('fails after it has begun to listen, works as without scripts', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/no such thing/);
    const url = await create(ben.page);
    // One of the last things that the script asks for, behind the form's own listeners.
    await ana.page.addInitScript(() => {
      const add = (...[name, ...rest]: Parameters<Window['addEventListener']>): void => {
        if (name === 'beforeunload') throw new Error('no such thing');
        EventTarget.prototype.addEventListener.call(window, name, ...rest);
      };
      window.addEventListener = add;
    });
    await ana.page.goto(url);
    await worksWithoutScripts(ana, ben);
  });

  it('does not come says so after a while, and works as without scripts', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/ERR_FAILED/);
    const url = await create(ben.page);
    await ana.page.route('**/ko/chat-*.js', (route) => route.abort());
    await ana.page.goto(url);
    await worksWithoutScripts(ana, ben, () => passTime(ana.page));
  });

  it('runs, shows nothing of it', async () => {
    const ana = await someone();
    await create(ana.page);
    await expect.poll(() => ana.page.locator(FALLBACK).isVisible()).toBe(false);
  });
});

describe('the list, when its script', () => {
  it('fails, says so and can be loaded again', async () => {
    const ana = await someone();
    ana.tolerate(/ERR_FAILED|io is not defined/);
    await ana.page.route('**/socket-io-*.js', (route) => route.abort());
    await ana.page.goto('/');
    await seen(ana.page.locator(FALLBACK).getByText('스크립트가 실행되지 않아'));
    await ana.page.locator(FALLBACK).getByRole('link', { name: '새로고침' }).click();
    await seen(ana.page.locator(FALLBACK));
  });
});

it('a browser that knows neither locks, channels between windows nor signals that time out is served all the same', async () => {
  const [ana, ben] = [await someone(), await someone()];
  await ana.page.addInitScript(() => {
    Object.defineProperty(navigator, 'locks', { value: undefined });
    Reflect.deleteProperty(window, 'BroadcastChannel');
    Reflect.deleteProperty(AbortSignal, 'timeout');
  });
  const url = await create(ben.page);
  await enter(ana.page, url);
  await say(ana.page, '옛 브라우저에서');
  await seen(ben.page.locator('.other', { hasText: '옛 브라우저에서' }));
  await ana.page.locator('#exit-btn').click();
  await ana.page.waitForURL('**/');
});

/** The page's script waits until the test lets it come. */
async function holdBack(page: Page, file: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(file, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** The styles wait some seconds for the script: as if these had passed. */
function passTime(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish();
  });
}

/** Writes, uploads and loads again, all by the browser's own means. */
async function worksWithoutScripts(
  { page }: Person,
  other: Person,
  wait = () => Promise.resolve(),
): Promise<void> {
  await wait();
  await seen(page.locator(FALLBACK).getByText('스크립트가 실행되지 않아'));
  await page.locator('#chat').fill('그래도 된다');
  await page.getByRole('button', { name: '전송' }).click();
  await seen(other.page.locator('.other', { hasText: '그래도 된다' }));
  await seen(page.locator('.mine', { hasText: '그래도 된다' }));
  await wait();
  await page.locator('#gif').setInputFiles(GIF);
  await page.locator(FALLBACK).getByRole('button', { name: '고른 GIF 올리기' }).click();
  await seen(other.page.locator('.other[data-kind="gif"]'));
  await seen(page.locator('.mine[data-kind="gif"]'));
  await say(other.page, '새로고침하면 보인다');
  await wait();
  await page.locator(FALLBACK).getByRole('link', { name: '새로고침' }).click();
  await seen(page.locator('.other', { hasText: '새로고침하면 보인다' }));
}
