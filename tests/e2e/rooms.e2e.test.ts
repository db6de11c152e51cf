/** What people do with rooms, in real browsers against the built server: create, enter, leave, also without JavaScript. */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { leave } from './support/acts';
import { gone, picture, seen } from './support/people';
import { GIF, create, enter, inIt, newTitle, say, setStage } from './support/story';

const { someone } = setStage();

describe('a room', () => {
  it('comes up in the list of others at once, fills, and goes when the last one leaves', async () => {
    const [ana, ben] = [await someone(), await someone()];
    await ben.page.goto('/');
    const title = newTitle('노드 스터디방');
    await create(ana.page, { title, max: 2 });

    const row = ben.page.locator('#rooms tbody tr', { hasText: title });
    await seen(row.getByText('1 / 2'));
    await seen(row.getByText('공개방'));
    await row.getByRole('link').click();
    await seen(ben.page.locator('#people-list li').nth(1));

    const cleo = await someone();
    await cleo.page.goto('/');
    await seen(cleo.page.locator('tr[data-full]', { hasText: title }));
    await cleo.page.locator('tr', { hasText: title }).getByRole('link').click();
    await seen(cleo.page.locator('.error-message', { hasText: '허용 인원이 초과하였습니다.' }));
    await cleo.page.waitForURL((url) => !url.searchParams.has('error'));

    await ben.page.locator('#exit-btn').click();
    await ben.page.waitForURL('**/');
    await seen(ana.page.locator('.system', { hasText: '님이 퇴장하셨습니다.' }));
    await leave(ana.page);
    await gone(cleo.page.locator('tr', { hasText: title }));
  });

  it('is deleted by its owner, and says so to the people in it', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await expect.poll(() => ben.page.locator('#remove-room').isVisible()).toBe(false);
    await ana.page.locator('#remove-room').click();
    await ana.page.locator('#confirm-yes').click();
    await seen(ben.page.getByText('방이 닫혔습니다.'));
    await ana.page.waitForURL('**/');
    await expect.poll(() => ben.page.locator('#chat-form').isVisible()).toBe(false);
    await picture(ben.page, 'closed');
  });

  it.each(['people', 'settings'])('says on a phone that it ended, also over the open %s', async (which) => {
    const [ana, ben] = [await someone(), await someone({ viewport: { width: 390, height: 844 } })];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.locator(which === 'people' ? '.people-button' : '#open-settings').click();
    await seen(ben.page.locator(which === 'people' ? '#people' : '#settings'));
    await ana.page.locator('#remove-room').click();
    await ana.page.locator('#confirm-yes').click();
    await seen(ben.page.getByText('방이 닫혔습니다.'));
    await gone(ben.page.locator('#people'));
    await gone(ben.page.locator('#settings'));
    await expect.poll(() => ben.page.evaluate(() => document.activeElement?.id)).toBe('ended');
    await ben.page.getByRole('link', { name: '채팅방 목록' }).click();
    await ben.page.waitForURL('**/');
  });

  it('is not made twice by a double click', async () => {
    const ana = await someone();
    const title = newTitle('한 번만');
    await ana.page.goto('/room');
    await ana.page.locator('#title').fill(title);
    await ana.page.getByRole('button', { name: '생성' }).dblclick();
    await ana.page.waitForURL(/\/room\/[0-9a-f]{24}$/);
    await ana.page.goto('/');
    await expect.poll(() => ana.page.locator('tr', { hasText: title }).count()).toBe(1);
  });

  it('has a title of as many characters as people count, and no password that was cut', async () => {
    const ana = await someone();
    ana.tolerate(/400/);
    await ana.page.goto('/room');
    await ana.page.locator('#password').focus();
    await ana.page.keyboard.insertText('길'.repeat(101));
    await ana.page.locator('#title').focus();
    await ana.page.keyboard.insertText('🎈'.repeat(100));
    await ana.page.keyboard.press('Enter');
    await seen(ana.page.locator('#password-error'));
    await expect.poll(() => ana.page.locator('.field-error').count()).toBe(1);
    await ana.page.keyboard.press('Enter');
    await ana.page.waitForURL(/\/room\/[0-9a-f]{24}$/);
    await expect.poll(() => ana.page.locator('h1 .title').textContent()).toBe('🎈'.repeat(100));
  });

  it('shows the form again, filled in, with what is wrong', async () => {
    const ana = await someone({ javaScriptEnabled: false });
    ana.tolerate(/400/);
    await ana.page.goto('/room');
    await ana.page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''));
    await ana.page.locator('#title').fill('제목');
    await ana.page.locator('#max').fill('1');
    await ana.page.getByRole('button', { name: '생성' }).click();
    await seen(ana.page.getByText('수용 인원은 2명에서 500명까지의 정수입니다.'));
    await expect.poll(() => ana.page.locator('#title').inputValue()).toBe('제목');
    await expect.poll(() => ana.page.locator('#max').getAttribute('aria-invalid')).toBe('true');
    await picture(ana.page, 'create-error');
  });
});

describe('a secret room', () => {
  it('asks for its password, again when it is wrong, and lets in people who know it', async () => {
    const [ana, ben] = [await someone(), await someone({ viewport: { width: 390, height: 844 } })];
    ben.tolerate(/401/);
    const title = newTitle('비밀 이야기');
    await create(ana.page, { title, password: 'a&b #c+d' });

    await ben.page.goto('/');
    await ben.page.locator('tr[data-secret]', { hasText: title }).getByRole('link').click();
    await picture(ben.page, 'password');
    await ben.page.locator('#password').fill('아닌데');
    await ben.page.keyboard.press('Enter');
    await seen(ben.page.getByText('비밀번호가 틀렸습니다.'));
    await expect
      .poll(() => ben.page.locator('#password').evaluate((field) => field === document.activeElement))
      .toBe(true);
    await picture(ben.page, 'password-wrong');
    await ben.page.locator('#password').fill('a&b #c+d');
    await ben.page.keyboard.press('Enter');
    await seen(ana.page.locator('#people-list li').nth(1));
    await say(ben.page, '들어왔어요');
    await seen(ana.page.locator('.other', { hasText: '들어왔어요' }));
  });

  it('takes the password of a link out of the address bar', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page, { password: 'secret' });
    await ben.page.goto('/room');
    await enter(ben.page, `${url}?password=secret`);
    expect(ben.page.url()).toBe(url);
  });
});

describe('the door', () => {
  it('tells a person who was shown the page that the last place is gone, and lets them in later', async () => {
    const [ana, ben, cleo] = [await someone(), await someone(), await someone()];
    const url = await create(ana.page, { max: 2 });
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    await cleo.page.route('**/assets/socket-io-*.js', async (route) => {
      await opened;
      await route.continue();
    });
    await cleo.page.goto(url, { waitUntil: 'commit' });
    await enter(ben.page, url);
    open();
    await seen(cleo.page.getByText('그 사이에 방이 가득 찼습니다.'));
    await picture(cleo.page, 'full');
    await ben.page.locator('#exit-btn').click();
    await ben.page.waitForURL('**/');
    await cleo.page.getByRole('link', { name: '다시 들어가기' }).click();
    await inIt(cleo.page);
  });

  it('is closed to all windows of a person who leaves by one of them', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    const second = await ben.page.context().newPage();
    await enter(second, url);
    await second.locator('#exit-btn').click();
    await seen(ben.page.getByText('이 창의 연결이 끝났습니다.'));
    await gone(ana.page.locator('#people-list li').nth(1));
    await ben.page.getByRole('link', { name: '다시 들어가기' }).click();
    await seen(ana.page.locator('#people-list li').nth(1));
  });
});

describe('a page that was fetched ahead', () => {
  it('by a new person lets them in when they look at it', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await ahead(ben.page, url, 1);
    await enter(ben.page, url);
    await seen(ana.page.locator('#people-list li').nth(1));
  });

  it('again and again is loaded no more than twice', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    const visits = await ahead(ben.page, url, Infinity);
    await ben.page.goto(url);
    await seen(ben.page.getByText('이 방에 들어와 있지 않습니다.'));
    expect(visits()).toBe(2);
  });

  it('enters when it is looked at, not before', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await ben.page.goto('/room');
    await ben.page.addInitScript(() => {
      let isAhead = true;
      Object.defineProperty(document, 'prerendering', { get: () => isAhead });
      document.addEventListener('prerenderingchange', () => (isAhead = false));
    });
    const connections: string[] = [];
    ben.page.on('request', (request) => {
      if (request.url().includes('transport=')) connections.push(request.url());
    });
    await ben.page.goto(url);
    await say(ana.page, '혼자');
    expect(connections).toEqual([]);
    await ben.page.evaluate(() => document.dispatchEvent(new Event('prerenderingchange')));
    await inIt(ben.page);
    await seen(ben.page.locator('.other', { hasText: '혼자' }));
  });

  /** So many visits of the page are looks ahead, as the browser says. @returns how many there were */
  async function ahead(page: Page, url: string, times: number): Promise<() => number> {
    let visits = 0;
    await page.route(url, (route) => {
      visits += 1;
      const headers = route.request().headers();
      return route.continue({ headers: visits > times ? headers : { ...headers, purpose: 'prefetch' } });
    });
    return () => visits;
  }
});

describe('a server that keeps no place for a person who is cut off', () => {
  const { someone: somebody } = setStage({ RECONNECT_GRACE_SECONDS: '0' });

  it('closes the room when the last one leaves on purpose', async () => {
    const [ana, ben] = [await somebody(), await somebody()];
    await ben.page.goto('/');
    const title = newTitle('마지막 사람');
    await create(ana.page, { title });
    await seen(ben.page.locator('tr', { hasText: title }));
    await leave(ana.page);
    await gone(ben.page.locator('tr', { hasText: title }));
  });

  it('says nothing of it to the person who leaves, while the next page is on its way', async () => {
    const [ana, ben] = [await somebody(), await somebody()];
    const url = await create(ben.page);
    const connected = ana.page.waitForEvent('websocket');
    await enter(ana.page, url);
    const ended = (await connected).waitForEvent('close');
    await ana.page.evaluate(() => {
      const parts = ['#connection', '#ended'].map((part) => document.querySelector<HTMLElement>(part));
      const note = () => {
        for (const part of parts)
          if (part?.checkVisibility() && part.innerText !== '')
            sessionStorage.setItem('said', part.innerText);
      };
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await ana.page.route('**/leave', async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      await ended;
      await route.fulfill({ response });
    });
    await ana.page.locator('#exit-btn').click();
    await ana.page.waitForURL('**/');
    await expect.poll(() => ana.page.evaluate(() => sessionStorage.getItem('said'))).toBeNull();
  });
});

describe('without JavaScript', () => {
  it('people list, create, enter, write, send a GIF and leave', async () => {
    const [ana, ben] = [await someone({ javaScriptEnabled: false }), await someone()];
    const title = newTitle('스크립트 없이');
    await ana.page.goto('/');
    await ana.page.getByRole('link', { name: '채팅방 생성' }).first().click();
    await ana.page.locator('#title').fill(title);
    await ana.page.getByRole('button', { name: '생성' }).click();
    await seen(ana.page.getByRole('heading', { name: title }));
    const url = ana.page.url();

    await ana.page.locator('#chat').fill('첫마디');
    await ana.page.getByRole('button', { name: '전송' }).click();
    await seen(ana.page.locator('.mine', { hasText: '첫마디' }));
    await enter(ben.page, url);
    await seen(ben.page.locator('.other', { hasText: '첫마디' }));

    const file = path.join(os.tmpdir(), 'gif-chat-ball.gif');
    await writeFile(file, GIF.buffer);
    await ana.page.locator('#gif').setInputFiles(file);
    await ana.page.getByRole('button', { name: '올리기', exact: true }).click();
    await seen(ana.page.locator('.mine img'));
    await seen(ben.page.locator('.other [data-gif]'));
    expect(ana.page.url()).toBe(url);

    await say(ben.page, '보여요');
    await seen(ben.page.locator('.mine[data-seq]', { hasText: '보여요' }));
    await ana.page.getByRole('link', { name: '새로고침' }).click();
    await seen(ana.page.locator('.other', { hasText: '보여요' }));
    await picture(ana.page, 'no-script');
    await ana.page.setViewportSize({ width: 390, height: 844 });
    await picture(ana.page, 'no-script-390');

    await ana.page.locator('#exit-btn').click();
    await ana.page.waitForURL('**/');
    await seen(ben.page.locator('.system', { hasText: '퇴장' }));
  });
});
