/** Where the keyboard is, and what is read out, while things come and go. */
import type { Locator, Page } from 'playwright-core';
import { gone, seen } from './support/people';
import { GIF, create, enter, nameOf, postMany, say, scrollToTheBeginning, setStage } from './support/story';

const { someone } = setStage();

describe('the focus', () => {
  it('stays in an open menu of the people when the connection is back', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    const row = ana.page.locator('#people-list li', { hasText: await nameOf(ben.page) });
    const whisper = ana.page.locator('#person-menu').getByRole('button', { name: '귓속말' });
    await row.getByRole('button').click();
    await whisper.focus();
    await ana.page.context().setOffline(true);
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await ana.page.context().setOffline(false);
    await seen(ana.page.getByText('다시 연결되었습니다.'));
    await say(ben.page, '어서 와');
    await seen(ana.page.locator('.other', { hasText: '어서 와' }));
    await expect.poll(() => hasFocus(whisper)).toBe(true);
    await ana.page.keyboard.press('Enter');
    await seen(ana.page.locator('#whispering'));
  });

  it('stays in the list of people when the person whose menu had it leaves', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    const row = ana.page.locator('#people-list li', { hasText: await nameOf(ben.page) });
    await row.getByRole('button').focus();
    await ben.page.locator('#exit-btn').click();
    await gone(row);
    await expect.poll(() => hasFocus(ana.page.locator('#people-list'))).toBe(true);
  });

  it('moves to the conversation when the button that had it disappears', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_FAILED/);
    const url = await create(ana.page);
    await postMany(ana.page, url, 400);
    await enter(ben.page, url);
    const conversation = ben.page.locator('#scroller');

    await ben.page.locator('#older').focus();
    await conversation.evaluate(scrollToTheBeginning);
    await expect.poll(() => hasFocus(conversation)).toBe(true);

    await ben.page.locator('#to-newest').focus();
    await ben.page.keyboard.press('Enter');
    await gone(ben.page.locator('#to-newest'));
    await expect.poll(() => hasFocus(conversation)).toBe(true);

    await ben.page.route('**/gif', (route) => route.abort());
    await ben.page.locator('#gif').setInputFiles(GIF);
    await ben.page.getByRole('button', { name: '다시 보내기' }).focus();
    await ben.page.unroute('**/gif');
    await ben.page.keyboard.press('Enter');
    await ben.page.locator('.mine[data-seq] [data-gif]').waitFor();
    await expect.poll(() => hasFocus(conversation)).toBe(true);

    await ben.page.locator('#gif').setInputFiles({ ...GIF, buffer: GIF.buffer.subarray(0, 400) });
    ben.tolerate(/415/);
    await ben.page.locator('.delivery').getByRole('button', { name: '지우기' }).focus();
    await ben.page.keyboard.press('Enter');
    await gone(ben.page.locator('.is-failed'));
    await expect.poll(() => hasFocus(conversation)).toBe(true);
  });
});

describe('the line about the connection', () => {
  it.each(['the list', 'a room'])(
    'is there to be read out before it has something to say, in %s',
    async (where) => {
      const ana = await someone();
      ana.tolerate(/ERR_INTERNET_DISCONNECTED/);
      await openOne(ana.page, where);
      const line = ana.page.locator('#connection').and(ana.page.getByRole('status'));
      await expect.poll(() => line.textContent()).toBe('');
      await ana.page.context().setOffline(true);
      await seen(line.filter({ hasText: '연결이 끊겼습니다.' }));
      await ana.page.context().setOffline(false);
      await gone(ana.page.locator('#connection'));
      await expect.poll(() => line.textContent()).toBe('');
    },
  );
});

async function openOne(page: Page, where: string): Promise<void> {
  if (where === 'a room') await create(page);
  else {
    // Before it has one it cannot lose it.
    const fetched = page.waitForResponse((response) => response.request().resourceType() === 'fetch');
    await page.goto('/');
    await fetched;
  }
}

function hasFocus(what: Locator): Promise<boolean> {
  return what.evaluate((element) => element === document.activeElement);
}

describe('by keyboard, in a room with many people,', () => {
  it('the message field is where one begins, and two tab stops away from the log and from the people at most', async () => {
    const { page } = await someone();
    const url = await create(page, { max: 100 });
    const room = url.split('/').at(-1) ?? '';
    // They have no browsers, so that twenty-six of them cost little.
    for (let n = 0; n < 26; n += 1) {
      const made = await fetch(url);
      const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const body = new URLSearchParams({ chat: '왔어요' });
      const said = await fetch(`${url}/chat`, { method: 'POST', headers: { cookie }, body });
      expect({ room, status: said.status }).toEqual({ room, status: 200 });
    }
    await seen(page.locator('#people-list li').nth(9));
    await expect.poll(() => hasFocus(page.locator('#chat'))).toBe(true);
    await page.locator('#scroller').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect.poll(() => hasFocus(page.locator('#chat'))).toBe(true);

    // The people are one stop; the arrow keys go from one to the next.
    const buttons = page.locator('#people-list .menu-button:visible');
    expect(
      await buttons.evaluateAll((all) => all.filter((one) => (one as HTMLElement).tabIndex === 0).length),
    ).toBe(1);
    await buttons.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => hasFocus(buttons.nth(1))).toBe(true);
    await page.keyboard.press('End');
    await expect.poll(() => hasFocus(buttons.last())).toBe(true);

    // A menu moves no row, closes by Escape and by a click elsewhere, and gives the focus back.
    await page.keyboard.press('Home');
    const before = await buttons.nth(1).boundingBox();
    await page.keyboard.press('Enter');
    await seen(page.locator('#person-menu'));
    await expect.poll(() => buttons.nth(1).boundingBox()).toEqual(before);
    await page.keyboard.press('Escape');
    await gone(page.locator('#person-menu'));
    await expect.poll(() => hasFocus(buttons.first())).toBe(true);
    await buttons.nth(2).click();
    await page.locator('h1').click();
    await gone(page.locator('#person-menu'));

    // A dialog gives it back, too.
    await buttons.first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#person-menu [data-action=kick]').click();
    await seen(page.locator('#confirm'));
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(buttons.first())).toBe(true);

    // From the beginning of the page there is a way past everything.
    await page.locator('.skip').focus();
    await seen(page.locator('.skip'));
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(page.locator('#chat'))).toBe(true);
  });
});
