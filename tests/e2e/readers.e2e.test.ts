/** The same room for different readers: by touch on a phone, and in two languages. */
import { languages } from '../../src/locales';
import { calledOf } from '../../src/shared/called';
import { PASSWORD, agree, givePassword, newGuest, takeBack, write } from './support/acts';
import { gone, picture, seen } from './support/people';
import { GIF, create, inIt, menu, nameOf, newTitle, say, setStage, texts } from './support/story';

const stage = setStage();
const { someone } = stage;
const PHONE = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };
const { ko, en } = languages;

it('by touch on a phone, one creates a room, talks in lines, whispers, takes back, sets, and leaves', async () => {
  const [ana, ben] = [await someone(PHONE), await newGuest(stage)];
  const { page } = ana;
  const tap = (selector: string) => page.locator(selector).tap();
  await page.goto('/');
  await page.getByRole('link', { name: ko.list.create }).first().tap();
  for (const [field, text] of [
    ['#title', newTitle('버스에서')],
    ['#password', PASSWORD],
    ['#name', '아나'],
  ] as const) {
    await tap(field);
    await page.keyboard.type(text);
  }
  await tap('form.card .primary');
  await inIt(page);
  const color = (await page.locator('#room').getAttribute('data-my-color')) ?? '';
  await ben.page.goto(page.url());
  await givePassword(ben.page);
  const benColor = await nameOf(ben.page);

  await tap('#chat');
  await page.keyboard.type('버스 안이에요');
  await page.keyboard.press('Enter');
  await page.keyboard.type('곧 내려요');
  await tap('.send');
  await seen(ben.page.locator('.other', { hasText: '버스 안이에요\n곧 내려요' }));
  await expect.poll(() => texts(page)).toEqual(['버스 안이에요\n곧 내려요']);
  const choosing = page.waitForEvent('filechooser');
  await tap('label[for="gif"]');
  await (await choosing).setFiles(GIF);
  await seen(ben.page.locator('.other [data-gif]'));

  await tap('.people-button');
  await tap(`#people-list li:not([data-me]) .menu-button`);
  await tap('#person-menu [data-action="whisper"]');
  await seen(page.locator('#whispering', { hasText: benColor }));
  await page.locator('#chat').fill('살짝');
  await tap('.send');
  await seen(ben.page.locator('.whisper.other', { hasText: '살짝' }));
  await tap('#whispering button');
  await gone(page.locator('#whispering'));

  await tap('.mine[data-kind="gif"] .gif-toggle');
  await page.locator('.mine [data-gif] img').tap({ position: { x: 30, y: 30 } });
  await seen(page.locator('#large-gif'));
  await tap('#large-gif .icon-button');
  await gone(page.locator('#large-gif'));
  await page.locator('.mine .bubble', { hasText: '곧 내려요' }).tap();
  await page.locator('.mine', { hasText: '곧 내려요' }).locator('.take-back').tap();
  await tap('#confirm-yes');
  await seen(ben.page.locator('[data-taken-back]'));

  await tap('#open-settings');
  await page.locator('#settings').getByLabel(ko.settings.dark).tap();
  await page.getByRole('button', { name: ko.settings.done }).tap();
  await gone(page.locator('#settings'));
  await picture(page, 'story-phone');
  await tap('#exit-btn');
  await page.waitForURL('**/');
  await seen(ben.page.locator('.system', { hasText: ko.sentences.exit(color) }));
});

it('a Korean and an English reader in one room each read what happens in their own language', async () => {
  const [ana, ben] = [await someone(), await newGuest(stage, { locale: 'en-US' })];
  const url = await create(ana.page, { name: 'Ana', password: PASSWORD });
  await ben.page.goto(url);
  await seen(ben.page.getByText(en.password.legend));
  await givePassword(ben.page);
  const benColor = await nameOf(ben.page);
  await write(ben.page, '/name Ben');
  await say(ben.page, 'good morning');
  await seen(ana.page.locator('.other', { hasText: 'good morning' }));
  await takeBack(ben.page, '.mine', 'good morning');
  await menu(ana.page, 'Ben', ko.people.handOver);
  await agree(ana.page);
  await write(ana.page, '/w Ben 부탁해요');
  await seen(ben.page.locator('.whisper', { hasText: en.logWords.whisperFrom }));
  await seen(ana.page.locator('.whisper', { hasText: ko.logWords.whisperTo }));

  for (const load of [
    () => Promise.resolve(null),
    () => Promise.all([ana.page.reload(), ben.page.reload()]),
  ]) {
    await load();
    for (const [page, { sentences, row }] of [
      [ana.page, ko],
      [ben.page, en],
    ] as const) {
      for (const sentence of [
        sentences.join(benColor),
        sentences.name(benColor, 'Ben'),
        sentences.takeback(calledOf({ color: benColor, name: 'Ben' })),
        sentences.owner(calledOf({ color: benColor, name: 'Ben' })),
        row.takenBack,
      ])
        await page.locator('#chat-list').getByText(sentence, { exact: true }).waitFor({ state: 'attached' });
    }
  }
  await expect.poll(() => ben.page.locator('#chat-list').innerText()).not.toMatch(/[가-힣]/);
  await expect.poll(() => ana.page.locator('html').getAttribute('lang')).toBe('ko');
  await expect.poll(() => ben.page.locator('html').getAttribute('lang')).toBe('en');
  await picture(ben.page, 'story-english');
});
