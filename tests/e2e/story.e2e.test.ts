/** Three people in one room, from its making to its end, and on a line that breaks. */
import type { Page } from 'playwright-core';
import { ko } from '../../src/locales/ko';
import { PASSWORD, agree, givePassword, idOf, leave, newGuest, takeBack, write } from './support/acts';
import { gone, picture, seen, type Person } from './support/people';
import { GIF, create, inIt, menu, nameOf, newTitle, say, setLine, setStage, texts } from './support/story';

const stage = setStage();
const { someone } = stage;
const guest = () => newGuest(stage);
const { behind, behindProxy, proxy } = setLine(stage);

describe('three people in a secret room', () => {
  it('find it, come in by its password and their names, and talk, aloud and in whispers', async () => {
    const [ana, ben, cleo] = [await someone(), await guest(), await guest()];
    const title = newTitle('비밀 스터디방');
    await ben.page.goto('/');
    const url = await create(ana.page, { title, name: '아나', password: PASSWORD });
    await ben.page.locator('tr[data-secret]', { hasText: title }).getByRole('link').click();
    await givePassword(ben.page);
    await cleo.page.goto(url);
    await givePassword(cleo.page);

    await write(ben.page, '/name 벤');
    await cleo.page.locator('#my-name').fill('클레오');
    await cleo.page.keyboard.press('Enter');
    for (const { page } of [ana, ben, cleo])
      for (const name of ['아나', '벤', '클레오'])
        await seen(page.locator('#people-list .name', { hasText: name }));

    await write(ana.page, '@벤 https://example.com/12 읽고 `npm start` 해 봐요');
    const said = ben.page.locator('.other[data-is-meant]');
    await seen(said.getByRole('link', { name: 'https://example.com/12' }));
    await seen(said.locator('code', { hasText: 'npm start' }));
    await write(ben.page, '/w 아나 잘 안 돼요');
    await seen(ana.page.locator('.whisper.other', { hasText: '잘 안 돼요' }).getByText('벤'));
    await cleo.page.locator('#gif').setInputFiles(GIF);
    for (const { page } of [ana, ben])
      await seen(page.locator('.other', { hasText: '클레오' }).locator('canvas'));
    await say(ben.page, '이제 돼요');

    await seen(cleo.page.locator('.other', { hasText: '이제 돼요' }));
    await expect.poll(() => cleo.page.locator('[data-is-meant], .whisper').count()).toBe(0);
    await expect
      .poll(() => order(cleo.page))
      .toEqual(['@벤 https://example.com/12 읽고 npm start 해 봐요', 'GIF', '이제 돼요']);
    await picture(ana.page, 'story');
  });

  it('take back what slipped out: a text, a GIF, and as the owner what another said', async () => {
    const [ana, ben, cleo] = await together();
    await say(ben.page, '비밀번호는 1234');
    await ben.page.locator('#gif').setInputFiles(GIF);
    await say(cleo.page, '광고입니다');
    await say(cleo.page, '죄송합니다');
    await seen(ana.page.locator('.other [data-gif]'));
    await seen(ben.page.locator('.mine[data-seq] [data-gif]'));
    const file = (await ana.page.locator('[data-gif] img').getAttribute('src')) ?? '';
    await takeBack(ben.page, '.mine', '비밀번호는 1234');
    await takeBack(ben.page, '.mine:has([data-gif])');
    await takeBack(ana.page, '.other', '광고입니다');
    for (const { page } of [ana, ben, cleo]) {
      await seen(page.locator('[data-taken-back]').nth(2));
      await expect
        .poll(async () => (await order(page)).sort())
        .toEqual(['죄송합니다', ...Array<string>(3).fill(ko.row.takenBack)]);
      await expect.poll(async () => (await page.request.get(file)).status()).toBe(404);
    }
    await cleo.page.reload();
    await expect.poll(() => cleo.page.locator('[data-taken-back]').count()).toBe(3);
    await expect.poll(() => cleo.page.content()).not.toMatch(/1234|광고/);
  });

  it('are put out, rule one after another, and leave, and the room goes with the last', async () => {
    const [ana, ben, cleo] = await together();
    const url = ana.page.url();
    const onlooker = await someone();
    await onlooker.page.goto('/');
    const row = onlooker.page.locator(`tr[data-id="${idOf(url)}"]`);
    await seen(row.getByText('3 / 10'));

    await menu(ana.page, await nameOf(cleo.page), ko.people.kick);
    await agree(ana.page);
    await seen(cleo.page.getByText(ko.endWords.barred));
    await cleo.page.goto(url);
    await seen(cleo.page.locator('.error-message', { hasText: '내보내진 방입니다.' }));

    await menu(ana.page, await nameOf(ben.page), ko.people.handOver);
    await agree(ana.page);
    await seen(ben.page.locator('#remove-room'));
    await gone(ana.page.locator('#remove-room'));
    await leave(ana.page);
    await seen(ben.page.locator('.system', { hasText: '퇴장하셨습니다.' }));
    await seen(row.getByText('1 / 10'));
    await leave(ben.page);
    await gone(row);
    await onlooker.page.goto(url);
    await seen(onlooker.page.locator('.error-message', { hasText: '존재하지 않는 방입니다.' }));
  });
});

describe('a bad moment', () => {
  it('offline costs nobody a word, and doubles none', async () => {
    const [ana, ben, cleo] = await together();
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    await say(ana.page, '하나');
    await seen(ben.page.locator('.other', { hasText: '하나' }));
    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText(ko.connectionWords.offline));
    await write(ben.page, '터널에서');
    await ben.page.locator('#gif').setInputFiles(GIF);
    await write(ben.page, '아직 터널');
    await seen(ben.page.locator('.is-pending').nth(2));
    await say(ana.page, '둘');
    await say(cleo.page, '셋');
    await takeBack(ana.page, '.mine', '하나');
    await ben.page.context().setOffline(false);

    for (const { page } of [ana, cleo]) {
      await seen(page.locator('.other', { hasText: '아직 터널' }));
      await seen(page.locator('.other [data-gif]'));
    }
    await gone(ben.page.locator('.is-pending'));
    await seen(ben.page.locator('[data-taken-back]'));
    for (const { page } of [ben, ana, cleo]) {
      await expect.poll(() => texts(page)).toEqual([ko.row.takenBack, '둘', '셋', '터널에서', '아직 터널']);
      await expect.poll(() => page.locator('[data-gif]').count()).toBe(1);
    }
  });

  it('in which a page is reloaded before its text and its GIF are confirmed, doubles and loses neither', async () => {
    const [ana, ben] = [await someone(), await behindProxy()];
    const url = await create(ana.page);
    await ben.page.goto(behind(url));
    await inIt(ben.page);
    await say(ben.page, '먼저');
    proxy().freeze();
    await write(ben.page, '기다리는 말');
    await ben.page.locator('#gif').setInputFiles(GIF);
    await seen(ben.page.locator('.is-pending [data-gif]'));
    // What was under way arrives now, and its answers find no page any more.
    const reloaded = ben.page.reload();
    proxy().heal();
    await reloaded;
    await seen(ana.page.locator('.other', { hasText: '기다리는 말' }));
    await seen(ana.page.locator('.other [data-gif]'));
    await gone(ben.page.locator('.is-pending'));
    await say(ben.page, '끝');
    await seen(ana.page.locator('.other', { hasText: '끝' }));
    for (const { page } of [ana, ben])
      await expect.poll(async () => (await order(page)).sort()).toEqual(['GIF', '기다리는 말', '끝', '먼저']);
  });
});

/** Three in a secret room: its owner and two guests. */
async function together(): Promise<[Person, Person, Person]> {
  const people: [Person, Person, Person] = [await someone(), await guest(), await guest()];
  const [{ page }, ...guests] = people;
  const url = await create(page, { password: PASSWORD });
  for (const one of guests) {
    await one.page.goto(url);
    await givePassword(one.page);
  }
  return people;
}

/** What people said aloud and showed, as the page has it. */
async function order(page: Page): Promise<string[]> {
  return page
    .locator('#chat-list :is(.mine, .other)[data-seq]:not(.whisper)')
    .evaluateAll((rows) =>
      rows.map((row) =>
        row.querySelector('[data-gif]') ? 'GIF' : (row.querySelector('.bubble')?.textContent ?? ''),
      ),
    );
}
