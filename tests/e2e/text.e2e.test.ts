/** What people write: links, code and mentions in a text, lines, and commands. */
import type { Page } from 'playwright-core';
import { picture, seen } from './support/people';
import { create, enter, nameOf, say, setStage, texts } from './support/story';

const { someone } = setStage();
const PHONE = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };

describe('a text', () => {
  it('is shown alike when it comes and after a reload, to its writer and to others', async () => {
    const [ana, ben] = [await someone(), await someone({ ...PHONE, colorScheme: 'dark' })];
    const url = await create(ana.page);
    await enter(ben.page, url);
    const color = await nameOf(ben.page);
    await write(ana.page, `@${color} 봐요: https://example.com/a?b=1&c=<d>에서\n\n\`npm start\` 하면`);
    await write(ana.page, '```js\nconst a = 1;\n\n  b();\n```\nwww.example.com <b>');
    await seen(ana.page.locator('.mine[data-seq]:not(.is-pending)').nth(1));
    await seen(ben.page.locator('.other').nth(1));
    const before = [await bubbles(ana.page), await bubbles(ben.page)];
    await Promise.all([ana.page.reload(), ben.page.reload()]);
    const after = [await bubbles(ana.page), await bubbles(ben.page)];
    expect(before).toEqual(after);
    expect(before[0]).toEqual(before[1]);
    const link = ben.page.getByRole('link', { name: 'https://example.com/' });
    await expect.poll(() => link.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
    await expect.poll(() => ben.page.locator('[data-is-meant]').count()).toBe(1);
    await expect.poll(() => ana.page.locator('[data-is-meant]').count()).toBe(0);
    await picture(ana.page, 'text-wide');
    await picture(ben.page, 'text-phone');
  });

  it('gets a line by Shift+Enter, and is sent by Enter', async () => {
    const { page } = await someone();
    await create(page);
    await page.keyboard.type('한 줄');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('두 줄');
    await page.keyboard.press('Enter');
    await seen(page.locator('.mine[data-seq]', { hasText: '두 줄' }));
    await expect.poll(() => texts(page)).toEqual(['한 줄\n두 줄']);
  });

  it('gets a line by Enter on a touch screen, where the button sends', async () => {
    const { page } = await someone(PHONE);
    await create(page);
    await page.locator('#chat').tap();
    await page.keyboard.type('한 줄');
    await page.keyboard.press('Enter');
    await page.keyboard.type('두 줄');
    await expect.poll(() => page.locator('#chat').inputValue()).toBe('한 줄\n두 줄');
    await page.locator('#chat-form .send').tap();
    await seen(page.locator('.mine[data-seq]', { hasText: '두 줄' }));
    await expect.poll(() => texts(page)).toEqual(['한 줄\n두 줄']);
  });
});

describe('a command', () => {
  it('is explained when a slash is typed, as long as it stands there', async () => {
    const { page } = await someone();
    await create(page);
    await page.keyboard.type('/');
    await seen(page.getByText('/w 이름 귓속말'));
    await picture(page, 'command-hint');
    await page.keyboard.type('/');
    await expect.poll(() => page.locator('#hint').textContent()).toBe('');
  });

  it('that does not exist is not said to all, but a text with two slashes is', async () => {
    const { page } = await someone();
    await create(page);
    await write(page, '/dance now');
    await seen(page.getByText('/dance 명령은 없습니다.'));
    await expect.poll(() => page.locator('#chat').inputValue()).toBe('/dance now');
    await write(page, '//dance now');
    await seen(page.locator('.mine[data-seq]'));
    await say(page, '/etc/hosts');
    await say(page, '// 주석');
    await expect.poll(() => texts(page)).toEqual(['/dance now', '/etc/hosts', '// 주석']);
    await expect.poll(() => page.locator('#composer-error').textContent()).toBe('');
  });

  it('/name gives a name, and /w whispers to the person of that name, color or beginning', async () => {
    const [ana, ben, cleo] = [await someone(), await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await enter(cleo.page, url);
    await write(ben.page, '/name Ben Kim');
    await seen(ana.page.locator('#people-list .name', { hasText: 'Ben Kim' }));
    await write(cleo.page, '/name ben kim');
    await seen(cleo.page.locator('#composer-error', { hasText: '이름' }));
    await write(cleo.page, '');
    const color = await nameOf(ben.page);
    for (const to of ['Ben Kim', '@ben kim', 'be', color, color.toUpperCase()]) {
      await write(ana.page, `/w ${to} 우리끼리 ${to}`);
      await seen(ben.page.locator('.whisper.other', { hasText: `우리끼리 ${to}` }));
    }
    await write(ana.page, '/w nobody 우리끼리');
    await seen(ana.page.getByText('누구에게 보낼지 알 수 없습니다.'));
    await write(ana.page, '/w ben');
    await seen(ana.page.locator('#whispering', { hasText: 'Ben Kim' }));
    await say(cleo.page, '끝');
    await expect.poll(() => cleo.page.locator('.whisper').count()).toBe(0);
    await expect.poll(() => texts(cleo.page)).toEqual(['끝']);
  });
});

/** The HTML of the texts that are on the page. */
function bubbles(page: Page): Promise<string[]> {
  return page
    .locator('[data-kind="chat"] .bubble')
    .evaluateAll((all) => all.map((bubble) => bubble.innerHTML));
}

/** Writes into the field and presses Enter. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator('#chat').fill(text);
  await page.keyboard.press('Enter');
}
