/** What a bad connection, a reload and a crash do to what people say: nothing. */
import type { Page } from 'playwright-core';
import { gone, picture, seen, type Person } from './support/people';
import { pictures } from './support/pictures';
import {
  GIF,
  create,
  enter,
  nameOf,
  newTitle,
  postMany,
  say,
  setLine,
  setStage,
  texts,
} from './support/story';

const stage = setStage();
const { someone } = stage;
const { behind, behindProxy, proxy } = setLine(stage);

describe('a bad connection', () => {
  it('loses nothing: what was written goes out, and what was said comes in', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await say(ana.page, '하나');
    await seen(ben.page.locator('.other', { hasText: '하나' }));

    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    await ben.page.locator('#chat').fill('터널 안에서');
    await ben.page.keyboard.press('Enter');
    await seen(ben.page.locator('.is-pending', { hasText: '터널 안에서' }));
    await picture(ben.page, 'offline');
    await say(ana.page, '둘');
    await say(ana.page, '셋');
    await ben.page.context().setOffline(false);

    await seen(ben.page.locator('.other', { hasText: '셋' }));
    await seen(ana.page.locator('.other', { hasText: '터널 안에서' }));
    await gone(ben.page.locator('.is-pending'));
    await expect.poll(() => texts(ben.page)).toEqual(['하나', '둘', '셋', '터널 안에서']);
    await expect.poll(() => texts(ana.page)).toEqual(['하나', '둘', '셋', '터널 안에서']);
    await expect.poll(() => ana.page.locator('.system', { hasText: '퇴장' }).count()).toBe(0);
  });

  it('brings everything that was said in a long absence, in its order', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    // More than the answer to one join holds.
    await postMany(ana.page, url, 230);
    await ben.page.context().setOffline(false);
    await seen(ben.page.locator('.other', { hasText: '말 230' }));
    await expect
      .poll(() => texts(ben.page))
      .toEqual(Array.from({ length: 230 }, (_, n) => `말 ${String(n + 1)}`));
  });

  it('sends a GIF by itself again that did not get through, once', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/ERR_FAILED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ana.page.route('**/gif', (route) => route.abort(), { times: 1 });
    await ana.page.locator('#gif').setInputFiles(GIF);
    await say(ana.page, '뒤에');
    await seen(ben.page.locator('.other', { hasText: '뒤에' }));
    await seen(ben.page.locator('.other[data-kind="gif"]'));
    await gone(ana.page.locator('.is-pending'));
    await expect.poll(async () => (await order(ben.page)).sort()).toEqual(['GIF', '뒤에']);
    await expect.poll(() => order(ana.page)).toEqual(await order(ben.page));
  });

  it('loads a GIF again that could not be shown while it was broken', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.route('**/gif/**', (route) => route.abort());
    await ana.page.locator('#gif').setInputFiles(GIF);
    await ben.page.locator('.other [data-broken]').waitFor();
    await ben.page.unroute('**/gif/**');
    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    await ben.page.context().setOffline(false);
    await seen(ben.page.locator('.other [data-gif]:not([data-broken])[data-still]'));
  });

  it('lets a text pass a GIF that is still on its way, which takes its place when it is there', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await ana.page.route('**/gif', async (route) => {
      await released;
      await route.continue();
    });
    await ana.page.locator('#gif').setInputFiles(GIF);
    await say(ana.page, '먼저');
    await seen(ben.page.locator('.other', { hasText: '먼저' }));
    await expect.poll(() => order(ana.page)).toEqual(['먼저', 'GIF']);
    release();
    await seen(ben.page.locator('.other[data-kind="gif"]'));
    await say(ana.page, '나중');
    await seen(ben.page.locator('.other', { hasText: '나중' }));
    await expect.poll(() => order(ana.page)).toEqual(['먼저', 'GIF', '나중']);
    await expect.poll(() => order(ben.page)).toEqual(['먼저', 'GIF', '나중']);
  });

  it('offers to start an upload again while it does not move, and keeps progress and cancel', async () => {
    const [ana, ben] = [await behindProxy(), await someone()];
    const url = await create(ben.page);
    await enter(ana.page, behind(url));
    proxy().freeze();
    await ana.page.locator('#gif').setInputFiles(GIF);
    const line = ana.page.locator('.is-pending .delivery');
    await seen(line.getByText('올라가지 않고 있습니다.'));
    await seen(line.getByRole('progressbar'));
    await seen(line.getByRole('button', { name: '취소' }));
    await line.getByRole('button', { name: '다시 보내기' }).click();
    await seen(line.getByText('올리는 중…'));
    proxy().heal();
    await seen(ben.page.locator('.other[data-kind="gif"]'));
    await gone(ana.page.locator('.is-pending'));
    await expect.poll(() => order(ana.page)).toEqual(['GIF']);
  });

  it('keeps a person in the room who leaves without it, and lets them go when it is back', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.context().setOffline(true);
    await ben.page.locator('#exit-btn').click();
    await seen(ben.page.getByText('연결되지 않아 나가지 못했습니다.'));
    expect(ben.page.url()).toBe(url);
    await ben.page.context().setOffline(false);
    await seen(ben.page.getByText('다시 연결되었습니다.'));
    await say(ben.page, '아직 있다');
    await seen(ana.page.locator('.other', { hasText: '아직 있다' }));
    await ben.page.locator('#exit-btn').click();
    await ben.page.waitForURL('**/');
    await seen(ana.page.locator('.system', { hasText: '퇴장' }));
  });

  it('says when it is gone and when it is back, and keeps what is being typed', async () => {
    const ana = await behindProxy();
    await create(ana.page);
    await ana.page.locator('#chat').fill('쓰다 만');
    proxy().cut();
    await seen(ana.page.locator('#connection', { hasText: '연결이 끊겼습니다. 다시 잇는 중…' }));
    proxy().heal();
    await seen(ana.page.locator('#connection', { hasText: '다시 연결되었습니다.' }));
    await gone(ana.page.locator('#connection'));
    await expect.poll(() => ana.page.locator('#chat').inputValue()).toBe('쓰다 만');
  });

  it('leaves the list as it is when it is back', async () => {
    const [ana, ben] = [await someone(), await behindProxy()];
    const before = newTitle('곧 없어질 방');
    await create(ana.page, { title: before });
    await ben.page.goto('/');
    await seen(ben.page.locator('tr', { hasText: before }));
    proxy().cut();
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    await ana.page.locator('#exit-btn').click();
    await ana.page.waitForURL('**/');
    const after = newTitle('그 사이에 생긴 방');
    await create(ana.page, { title: after, max: 7 });
    proxy().heal();
    await seen(ben.page.locator('tr', { hasText: after }).getByText('1 / 7'));
    await gone(ben.page.locator('tr', { hasText: before }));
    await seen(ben.page.getByText('다시 연결되었습니다.'));
  });

  it('leaves the list as it is also when an older answer comes late', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const fetched = () =>
      ben.page.waitForResponse((response) => response.request().resourceType() === 'fetch');
    const first = fetched();
    await ben.page.goto('/');
    await first;
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let note = () => {};
    const read = new Promise<void>((resolve) => (note = resolve));
    await ben.page.route(
      '**/',
      async (route) => {
        const response = await route.fetch();
        note();
        await released;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    const connectAgain = () => ben.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await connectAgain();
    await read;
    const [one, other] = [newTitle('그 사이에 생긴 방'), newTitle('그 뒤에 생긴 방')];
    await create(ana.page, { title: one });
    const newer = fetched();
    await connectAgain();
    await newer;
    const older = fetched();
    release();
    await (await older).finished();
    await create(ana.page, { title: other });
    await seen(ben.page.locator('tr', { hasText: other }));
    await expect.poll(() => ben.page.locator('tr', { hasText: one }).count()).toBe(1);
  });

  it('shows who came back with another color in that color', async () => {
    const [ana, ben] = [await someone(), await someone()];
    let asSeen = (text: string) => text;
    await ana.page.route(/transport=polling/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: asSeen(await response.text()) });
    });
    await ana.page.routeWebSocket(/transport=websocket/, (page) => {
      page.connectToServer().onMessage((message) => page.send(asSeen(String(message))));
    });
    const url = await create(ana.page);
    await enter(ben.page, url);
    const name = await nameOf(ben.page);
    await seen(ana.page.locator('#people-list li', { hasText: name }));
    asSeen = (text) => text.replaceAll(name, '#123456');
    await ana.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await seen(ana.page.locator('#people-list li', { hasText: '#123456' }));
    await expect.poll(() => ana.page.locator('#people-list li').count()).toBe(2);
  });

  it('survives a crash of the server: everybody is back, and nothing said is lost or doubled', async () => {
    const [ana, ben] = [await someone(), await someone()];
    for (const person of [ana, ben])
      person.tolerate(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await say(ana.page, '전에');
    await seen(ben.page.locator('.other', { hasText: '전에' }));
    const restarted = stage.server().crashAndRestart();
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await ana.page.locator('#chat').fill('동안에');
    await ana.page.keyboard.press('Enter');
    await restarted;
    await seen(ben.page.locator('.other', { hasText: '동안에' }));
    await say(ben.page, '뒤에');
    await seen(ana.page.locator('.other', { hasText: '뒤에' }));
    await expect.poll(() => texts(ana.page)).toEqual(['전에', '동안에', '뒤에']);
    await expect.poll(() => texts(ben.page)).toEqual(['전에', '동안에', '뒤에']);
  });
});

describe('what was not sent yet', () => {
  it.each([
    ['reloaded', reload],
    ['closed and opened again', reopen],
  ])('goes out by itself, once and in its order, when the page is %s', async (_, again) => {
    const [ana, ben] = [await behindProxy({ viewport: PHONE }), await someone()];
    const url = await create(ben.page);
    await enter(ana.page, behind(url));
    proxy().cut();
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await write(ana.page, '하나');
    await ana.page.locator('#gif').setInputFiles(GIF);
    await write(ana.page, '둘');
    await seen(ana.page.locator('.is-pending [data-gif]'));
    await expect.poll(() => ana.page.locator('.is-pending').count()).toBe(3);
    await pictures(ana.page, 'pending');

    const page = await again(ana, behind(url));
    await seen(ben.page.locator('.other', { hasText: '둘' }));
    await gone(page.locator('.is-pending'));
    const shown = await order(page);
    expect(shown.filter((one) => one !== 'GIF')).toEqual(['하나', '둘']);
    expect(shown).toHaveLength(3);
    await ben.page.reload();
    await expect.poll(() => order(ben.page)).toEqual(shown);
  });

  it('is still there when it failed, and goes out when it is sent again', async () => {
    const [ana, ben] = [await someone({ viewport: PHONE }), await someone()];
    ana.tolerate(/ERR_FAILED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ana.page.route('**/gif', (route) => route.abort());
    await ana.page.locator('#gif').setInputFiles(GIF);
    await seen(ana.page.locator('.is-failed', { hasText: '보내지 못했습니다.' }));
    await pictures(ana.page, 'failed');
    await say(ana.page, '글은 된다');
    await ana.page.reload();
    await seen(ana.page.locator('.is-failed', { hasText: '보내지 못했습니다.' }));
    await ana.page.unroute('**/gif');
    await ana.page.getByRole('button', { name: '다시 보내기' }).click();
    await seen(ben.page.locator('.other [data-gif]'));
    await gone(ana.page.locator('.is-failed, .is-pending'));
    await expect.poll(() => order(ana.page)).toEqual(['글은 된다', 'GIF']);
    await ana.page.reload();
    await expect.poll(() => order(ana.page)).toEqual(['글은 된다', 'GIF']);
  });

  it('is not shown twice when only the answer was lost', async () => {
    const ana = await behindProxy();
    const url = await create(ana.page);
    proxy().cut();
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await write(ana.page, '이미 있다');
    const nonce = await ana.page.locator('.is-pending').getAttribute('data-nonce');
    // It went through, and the page was gone before it heard so.
    const stored = await ana.page
      .context()
      .request.post(`${stage.server().url}${new URL(url).pathname}/chat`, {
        data: { chat: '이미 있다', nonce },
      });
    expect(stored.status()).toBe(200);
    const page = await reopen(ana, url);
    await say(page, '다음');
    await expect.poll(() => order(page)).toEqual(['이미 있다', '다음']);
    await expect.poll(() => page.locator('.is-pending, .is-failed').count()).toBe(0);
  });

  it('is thrown away when one does not want it any more', async () => {
    const ana = await behindProxy();
    const url = await create(ana.page);
    proxy().cut();
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await ana.page.locator('#gif').setInputFiles(GIF);
    await ana.page.locator('.is-pending').getByRole('button', { name: '취소' }).click();
    await gone(ana.page.locator('.is-pending'));
    await write(ana.page, '이것만');
    const page = await reopen(ana, url);
    await seen(page.locator('.mine[data-seq]', { hasText: '이것만' }));
    await expect.poll(() => order(page)).toEqual(['이것만']);
  });

  it('goes out by another window when the one where it was written is gone', async () => {
    const [ana, ben] = [await behindProxy(), await someone()];
    const url = await create(ben.page);
    await enter(ana.page, behind(url));
    const second = await ana.page.context().newPage();
    await enter(second, behind(url));
    proxy().cut();
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await seen(second.getByText('연결이 끊겼습니다.'));
    await write(ana.page, '첫째 창');
    await write(second, '둘째 창');
    await kept(second, 2);
    await ana.page.close();
    proxy().heal();
    for (const text of ['첫째 창', '둘째 창']) {
      await seen(ben.page.locator('.other', { hasText: text }));
      await seen(second.locator('.mine[data-seq]', { hasText: text }));
    }
    await ben.page.reload();
    await expect.poll(async () => (await order(ben.page)).sort()).toEqual(['둘째 창', '첫째 창']);
  });

  it('is left to the window where it was written while that lives, also where windows know no locks', async () => {
    const [ana, ben] = [await someone(), await someone()];
    // As from a plain http address.
    await ana.page
      .context()
      .addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
    const url = await create(ben.page);
    await enter(ana.page, url);
    await ana.page.route('**/gif', () => undefined);
    await ana.page.locator('#gif').setInputFiles(GIF);
    await kept(ana.page, 1);
    await leaveBehind(ana.page, '남긴 말');

    const second = await ana.page.context().newPage();
    await enter(second, url);
    await seen(ben.page.locator('.other', { hasText: '남긴 말' }));
    await expect.poll(() => second.locator('.is-pending').count()).toBe(0);
    await ana.page.locator('.is-pending').getByRole('button', { name: '취소' }).click();
    await gone(ana.page.locator('.is-pending'));
    await say(second, '끝');
    await seen(ben.page.locator('.other', { hasText: '끝' }));
    await expect.poll(() => order(ben.page)).toEqual(['남긴 말', '끝']);
  });

  it('goes out at the next connection when the database failed at first', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ben.page);
    await enter(ana.page, url);
    await leaveBehind(ana.page, '남긴 말');
    const second = await ana.page.context().newPage();
    await second.addInitScript(() => {
      const put: unknown = Reflect.get(IDBObjectStore.prototype, 'put');
      IDBObjectStore.prototype.put = function (...letter) {
        Reflect.set(IDBObjectStore.prototype, 'put', put);
        this.transaction.addEventListener('abort', () => (document.body.dataset.failed = ''));
        throw new DOMException(`no place for ${String(letter.length)}`, 'QuotaExceededError');
      };
    });
    await enter(second, url);
    await second.locator('[data-failed]').waitFor();
    await second.evaluate(() => window.dispatchEvent(new Event('online')));
    await seen(ben.page.locator('.other', { hasText: '남긴 말' }));
  });

  it('is asked about before the page goes, only where the browser keeps nothing', async () => {
    const [keeping, forgetting] = [await behindProxy(), await behindProxy()];
    await forgetting.page.addInitScript(() =>
      Object.defineProperty(window, 'indexedDB', { value: undefined }),
    );
    const url = await create(keeping.page);
    await enter(forgetting.page, url);
    await say(forgetting.page, '잘 된다');
    proxy().cut();
    const asked: string[] = [];
    for (const [name, { page }] of Object.entries({ keeping, forgetting })) {
      await seen(page.getByText('연결이 끊겼습니다.'));
      await write(page, '아직');
      page.on('dialog', (dialog) => {
        asked.push(name);
        void dialog.dismiss();
      });
    }
    const closed = keeping.page.waitForEvent('close');
    const question = forgetting.page.waitForEvent('dialog');
    await keeping.page.close({ runBeforeUnload: true });
    await forgetting.page.close({ runBeforeUnload: true });
    await Promise.all([closed, question]);
    expect(asked).toEqual(['forgetting']);
    proxy().heal();
    await seen(forgetting.page.locator('.mine[data-seq]', { hasText: '아직' }));
  });
});

describe('a page that was asleep', () => {
  it('asks whether its connection still works, but not after every short absence', async () => {
    const ana = await someone();
    const joins: string[] = [];
    const note = (sent: string) => {
      if (sent.includes('["join"')) joins.push(sent);
    };
    // Socket.IO begins with requests and goes on by a websocket.
    ana.page.on('request', (request) => note(request.postData() ?? ''));
    ana.page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => note(String(payload)));
    });
    await create(ana.page);
    await say(ana.page, '자기 전');
    const before = joins.length;
    await comeBackAfter(ana.page, 5_000);
    await say(ana.page, '잠깐');
    expect(joins).toHaveLength(before);
    await comeBackAfter(ana.page, 60_000);
    await say(ana.page, '한참');
    const then = joins.length;
    expect(then).toBeGreaterThan(before);
    await ana.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await say(ana.page, '다른 망');
    expect(joins.length).toBeGreaterThan(then);
    await gone(ana.page.locator('#connection'));
  });

  it('has the list of rooms as it is now', async () => {
    const ana = await someone();
    const fetched = () =>
      ana.page.waitForResponse((response) => response.request().resourceType() === 'fetch');
    const first = fetched();
    await ana.page.goto('/');
    await first;
    const again = fetched();
    await ana.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await again;
    await expect.poll(() => ana.page.locator('#connection').isVisible()).toBe(false);
  });
});

const PHONE = { width: 390, height: 844 };

/** Waits until the browser's database has so many letters: a moment after they are shown. */
async function kept(page: Page, count: number): Promise<void> {
  await page.waitForFunction(async (expected) => {
    const { result: database } = await done(indexedDB.open('gif-chat'));
    const { result } = await done(database.transaction('letters').objectStore('letters').count());
    database.close();
    return result === expected;

    function done<T>(request: IDBRequest<T>): Promise<IDBRequest<T>> {
      return new Promise((resolve) => (request.onsuccess = () => resolve(request)));
    }
  }, count);
}

/** Leaves a letter in the browser's database, as a page that is gone. */
async function leaveBehind(page: Page, chat: string): Promise<void> {
  await page.evaluate((text) => {
    const { id: room = '', me: userId = '' } = document.querySelector<HTMLElement>('#room')?.dataset ?? {};
    const letter = { nonce: text, room, userId, at: Date.now(), order: 1, kind: 'chat', chat: text };
    return new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open('gif-chat');
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('letters', 'readwrite');
        transaction.objectStore('letters').put({ ...letter, page: 'gone' });
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(new Error('not kept'));
      };
    });
  }, chat);
}

/** Reloads while the server is away, and once more when it is back. */
async function reload({ page }: Person, url: string): Promise<Page> {
  await kept(page, await page.locator('.is-pending').count());
  // The browser's own page about it.
  const failed = page.waitForEvent('framenavigated');
  await page.reload().catch(() => undefined);
  await failed;
  proxy().heal();
  await page.goto(url);
  return page;
}

/** Closes the page while the server is away, and opens another one when it is back. */
async function reopen({ page }: Person, url: string): Promise<Page> {
  await kept(page, await page.locator('.is-pending').count());
  const context = page.context();
  await page.close();
  proxy().heal();
  const next = await context.newPage();
  await next.goto(url);
  return next;
}

/** The page is hidden, and so much later, in ms, it is looked at again. */
function comeBackAfter(page: Page, away: number): Promise<void> {
  return page.evaluate((ms) => {
    const { now } = Date;
    const show = (state: DocumentVisibilityState) => {
      Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    show('hidden');
    Date.now = () => now() + ms;
    show('visible');
  }, away);
}

/** Writes into the field and presses Enter. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator('#chat').fill(text);
  await page.keyboard.press('Enter');
}

/** What people said and showed, as the page has it. */
async function order(page: Page): Promise<string[]> {
  return page
    .locator('#chat-list [data-kind]')
    .evaluateAll((rows) =>
      rows.map(
        (row) =>
          (row.getAttribute('data-kind') === 'gif' ? 'GIF' : row.querySelector('.bubble')?.textContent) ?? '',
      ),
    );
}
