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
    const whisper = row.getByRole('button', { name: '귓속말' });
    await row.locator('summary').click();
    await whisper.focus();
    await ana.page.context().setOffline(true);
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await ana.page.context().setOffline(false);
    await seen(ana.page.getByText('다시 연결되었습니다.'));
    await say(ben.page, '어서 와');
    await seen(ana.page.locator('.other', { hasText: '어서 와' }));
    expect(await hasFocus(whisper)).toBe(true);
    await ana.page.keyboard.press('Enter');
    await seen(ana.page.locator('#whispering'));
  });

  it('stays in the list of people when the one goes whose menu had it', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    const row = ana.page.locator('#people-list li', { hasText: await nameOf(ben.page) });
    await row.locator('summary').focus();
    await ben.page.locator('#exit-btn').click();
    await gone(row);
    expect(await hasFocus(ana.page.locator('#people-list'))).toBe(true);
  });

  it('goes on to the conversation when the button goes that had it', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_FAILED/);
    const url = await create(ana.page);
    await postMany(ana.page, url, 400);
    await enter(ben.page, url);
    const conversation = ben.page.locator('#scroller');

    await ben.page.locator('#older').focus();
    await conversation.evaluate(scrollToTheBeginning);
    expect(await hasFocus(conversation)).toBe(true);

    await ben.page.locator('#to-newest').focus();
    await ben.page.keyboard.press('Enter');
    await gone(ben.page.locator('#to-newest'));
    expect(await hasFocus(conversation)).toBe(true);

    await ben.page.route('**/gif', (route) => route.abort());
    await ben.page.locator('#gif').setInputFiles(GIF);
    await ben.page.getByRole('button', { name: '다시 보내기' }).focus();
    await ben.page.unroute('**/gif');
    await ben.page.keyboard.press('Enter');
    await ben.page.locator('.mine[data-seq] [data-gif]').waitFor();
    expect(await hasFocus(conversation)).toBe(true);

    await ben.page.locator('#gif').setInputFiles({ ...GIF, buffer: GIF.buffer.subarray(0, 400) });
    ben.tolerate(/415/);
    await ben.page.locator('.delivery').getByRole('button', { name: '지우기' }).focus();
    await ben.page.keyboard.press('Enter');
    await gone(ben.page.locator('.is-failed'));
    expect(await hasFocus(conversation)).toBe(true);
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
      expect(await line.textContent()).toBe('');
      await ana.page.context().setOffline(true);
      await seen(line.filter({ hasText: '연결이 끊겼습니다.' }));
      await ana.page.context().setOffline(false);
      await gone(ana.page.locator('#connection'));
      expect(await line.textContent()).toBe('');
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
