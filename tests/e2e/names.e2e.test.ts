/** Names of people: never asked for, shown beside the color, and remembered by the browser for the next room. */
import type { Page } from 'playwright-core';
import { leave } from './support/acts';
import { gone, picture, seen } from './support/people';
import { create, enter, inIt, nameOf, newTitle, say, setStage, menu } from './support/story';

const { someone } = setStage();

const personIn = (page: Page, name: string) => page.locator('#people-list li .name', { hasText: name });

async function call(page: Page, name: string): Promise<void> {
  await page.locator('#my-name').fill(name);
  await page.keyboard.press('Enter');
}

/** The scripts of the page that is opened never come. Those of the page that answers its form do. */
async function postBeforeScripts(
  page: Page,
  open: () => Promise<unknown>,
  fillIn: () => Promise<void>,
): Promise<void> {
  let areHeld = true;
  await page.route('**/*.js', (route) => (areHeld ? undefined : route.continue()));
  await open();
  const posted = page.waitForRequest((request) => request.method() === 'POST');
  await fillIn();
  await posted;
  areHeld = false;
}

it('stand beside the colors of three people, in the list, the log, the typing line and the whispers', async () => {
  const [ana, ben, cleo] = [await someone(), await someone(), await someone()];
  const url = await create(ana.page, { name: '아나' });
  await enter(ben.page, url);
  await enter(cleo.page, url);
  await seen(personIn(ben.page, '아나'));
  await call(ben.page, 'שרה');
  await seen(personIn(ana.page, 'שרה'));
  const benColor = await nameOf(ben.page);
  await seen(ana.page.locator('.system', { hasText: `${benColor}님의 이름은 שרה입니다.` }));

  await say(ben.page, '안녕하세요');
  const row = ana.page.locator('.other', { hasText: '안녕하세요' });
  await expect.poll(() => row.locator('.person').innerText()).toBe(`שרה\n${benColor}`);
  await ben.page.locator('#chat').fill('쓰는 중');
  await seen(ana.page.locator('#typing', { hasText: `\u2068שרה\u2069 ${benColor}님이 입력 중…` }));

  await menu(cleo.page, 'שרה', '귓속말');
  await seen(cleo.page.locator('#whispering .name', { hasText: 'שרה' }));
  await cleo.page.locator('#chat').fill('비밀이에요');
  await cleo.page.keyboard.press('Enter');
  await seen(cleo.page.locator('.whisper .name', { hasText: 'שרה' }));
  await picture(ana.page, 'names');

  await leave(cleo.page);
  await enter(cleo.page, url);
  await call(cleo.page, '클레오');
  await seen(personIn(ana.page, '클레오'));
  const cleoColor = await nameOf(cleo.page);
  await leave(cleo.page);
  const left = `\u2068클레오\u2069 ${cleoColor}님이 퇴장하셨습니다.`;
  for (const { page } of [ana, ben]) await seen(page.locator('.system', { hasText: left }));
  await ben.page.reload();
  await seen(ben.page.locator('.system', { hasText: left }));

  await call(ben.page, '');
  await gone(personIn(ana.page, 'שרה'));
  await seen(ana.page.locator('.system', { hasText: `${benColor}님이 이름을 지웠습니다.` }));
});

it('go with their browser into the next room, and into the form of a further one', async () => {
  const [ana, ben] = [await someone(), await someone()];
  await create(ana.page, { name: '아나' });
  const url = await create(ben.page);
  await enter(ana.page, url);
  await seen(personIn(ben.page, '아나'));
  await ana.page.goto('/room');
  await expect.poll(() => ana.page.locator('#name').inputValue()).toBe('아나');
});

it('are those of a form that was sent before any script ran, in this room and in the next one', async () => {
  const { page } = await someone();
  const me = page.locator('#people-list li[data-me] .person');
  const url = await create(page, { name: '하나' });

  for (const name of ['두나', '']) {
    await postBeforeScripts(
      page,
      () => page.reload({ waitUntil: 'commit' }),
      () => call(page, name),
    );
    await seen(page.locator('.system', { hasText: name === '' ? '이름을 지웠습니다.' : name }));
    await say(page, `나는 ${name}`);
    expect(await me.innerText()).toMatch(name === '' ? /^#/ : `${name}\n#`);
    expect(page.url()).toBe(url);
    await page.goto('/room');
    await expect.poll(() => page.locator('#name').inputValue()).toBe(name);
    await page.goBack();
    await inIt(page);
  }

  await call(page, '하나');
  await seen(page.locator('.system', { hasText: '하나' }).last());
  await postBeforeScripts(
    page,
    () => page.goto('/room', { waitUntil: 'commit' }),
    async () => {
      await page.locator('#title').fill(newTitle('이른 방'));
      await page.locator('#name').fill('세나');
      await page.keyboard.press('Enter');
    },
  );
  await page.waitForURL(/\/room\/[0-9a-f]{24}$/);
  await say(page, '나는 세나');
  expect(await me.innerText()).toMatch('세나\n#');
  await page.goto('/room');
  await expect.poll(() => page.locator('#name').inputValue()).toBe('세나');
});

it('stay remembered when a form that was sent before any script ran is refused', async () => {
  const [ana, ben] = [await someone(), await someone()];
  ben.tolerate(/status of 409/);
  const url = await create(ana.page, { name: '아나' });
  await create(ben.page, { name: '벤' });
  await enter(ben.page, url);
  await seen(personIn(ana.page, '벤'));
  const refused = ben.page.waitForResponse((answer) => answer.status() === 409);
  await postBeforeScripts(
    ben.page,
    () => ben.page.reload({ waitUntil: 'commit' }),
    () => call(ben.page, '아나'),
  );
  await refused;
  await say(ben.page, '저는 벤이에요');
  expect(await ben.page.locator('#people-list li[data-me] .name').innerText()).toBe('벤');
  await ben.page.goto('/room');
  await expect.poll(() => ben.page.locator('#name').inputValue()).toBe('벤');
});

it('are not taken back by the page, which enters the room again just then', async () => {
  const { page } = await someone();
  await create(page, { name: '하나' });
  await page.locator('#my-name').fill('두나');
  await page.evaluate(() => {
    document.querySelector<HTMLFormElement>('#name-form')?.requestSubmit();
    dispatchEvent(new Event('online'));
  });
  await seen(page.locator('.system', { hasText: '두나' }));
  await say(page, '나는 두나');
  expect(await page.locator('#people-list li[data-me] .name').innerText()).toBe('두나');
});

it('are remembered only if they can be names', async () => {
  const ana = await someone();
  ana.tolerate(/status of 400/);
  const { page } = ana;
  await create(page, { name: '아나' });
  await page.goto('/room');
  await page.locator('#title').fill(newTitle('또'));
  await page.locator('#name').fill('a<b');
  await page.locator('form.card button').click();
  await seen(page.locator('.field-error'));
  await page.goto('/room');
  await expect.poll(() => page.locator('#name').inputValue()).toBe('아나');
  await create(page, { name: '하나' });
  await page.goto('/room');
  await expect.poll(() => page.locator('#name').inputValue()).toBe('하나');
});

it('are refused if somebody has one that looks like it: the person enters without a name and reads why', async () => {
  const [ana, ben] = [await someone(), await someone()];
  await create(ben.page, { name: 'paul' });
  const url = await create(ana.page, { name: 'раul' });
  await enter(ben.page, url);
  await seen(
    ben.page.locator('#composer-error', { hasText: 'paul: 이 방에 같거나 비슷해 보이는 이름이 있거나' }),
  );
  await expect.poll(() => ana.page.locator('#people-list .name:not(:empty)').count()).toBe(1);
  await call(ben.page, 'pauI');
  await seen(ben.page.locator('#my-name-error', { hasText: '비슷해 보이는 이름이 있습니다' }));
  await call(ben.page, '벤');
  await seen(personIn(ana.page, '벤'));
  await ben.page.locator('#my-name-error:empty').waitFor({ state: 'attached' });
});

it('can be had without scripts', async () => {
  const [ana, ben] = [await someone(), await someone({ javaScriptEnabled: false })];
  ben.tolerate(/400/);
  await ben.page.goto('/room');
  await ben.page.locator('#title').fill(newTitle('스크립트 없는 방'));
  await ben.page.locator('#name').fill('a\u202eb');
  await ben.page.getByRole('button', { name: '생성' }).click();
  await seen(ben.page.locator('#name-error', { hasText: '20자까지' }));
  await ben.page.locator('#name').fill('벤');
  await ben.page.getByRole('button', { name: '생성' }).click();
  await ben.page.waitForURL(/\/room\/[0-9a-f]{24}$/);
  await expect.poll(() => ben.page.locator('#my-name').inputValue()).toBe('벤');
  await enter(ana.page, ben.page.url());
  await ben.page.locator('#my-name').fill('벤자민');
  await ben.page.getByRole('button', { name: '정하기' }).click();
  await seen(personIn(ben.page, '벤자민'));
  await seen(personIn(ana.page, '벤자민'));
});
