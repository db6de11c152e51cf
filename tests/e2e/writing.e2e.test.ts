/** Writing and sending: by any IME, while a whisper is on its way, and where nothing is taken any more. */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { gone, seen } from './support/people';
import { GIF, create, enter, handOver, menu, nameOf, say, setLine, setStage, texts } from './support/story';

const stage = setStage();
const { someone } = stage;
const { behindProxy, proxy } = setLine(stage);

describe('a whisper on its way', () => {
  it('leaves what is typed meanwhile, and can be the last one', async () => {
    const [ana, ben] = [await behindProxy(), await someone()];
    await whispering(ana.page, ben.page);
    proxy().freeze();
    await write(ana.page, '우리끼리');
    await ana.page.keyboard.press('Escape');
    await ana.page.locator('#chat').fill('모두에게');
    proxy().heal();
    await seen(ana.page.locator('.whisper.mine', { hasText: '우리끼리' }));
    await say(ben.page, '들었어요');
    await seen(ana.page.locator('.other', { hasText: '들었어요' }));
    await expect.poll(() => ana.page.locator('#chat').inputValue()).toBe('모두에게');
    await ana.page.keyboard.press('Enter');
    await seen(ben.page.locator('.other', { hasText: '모두에게' }));
  });

  it('holds up no other word, and is not said aloud by a second Enter', async () => {
    const [ana, ben] = [await behindProxy(), await someone()];
    await whispering(ana.page, ben.page);
    proxy().freeze();
    await write(ana.page, '우리끼리');
    await ana.page.keyboard.press('Escape');
    await ana.page.keyboard.press('Enter');
    await write(ana.page, '모두에게');
    await seen(ana.page.locator('.is-pending', { hasText: '모두에게' }));
    proxy().heal();
    await seen(ben.page.locator('.whisper', { hasText: '우리끼리' }));
    await seen(ben.page.locator('.other', { hasText: '모두에게' }));
    await expect.poll(() => texts(ben.page)).toEqual(['모두에게']);
  });

  it('to somebody who has left says so, and the next word goes to all', async () => {
    const [ana, ben, cleo] = [await behindProxy(), await someone(), await someone()];
    const url = await whispering(ana.page, ben.page);
    await enter(cleo.page, url);
    const name = await nameOf(ben.page);
    await ben.page.locator('#exit-btn').click();
    await seen(ana.page.locator('.system', { hasText: `${name}님이 퇴장하셨습니다.` }));
    proxy().freeze();
    await write(ana.page, '우리끼리');
    await ana.page.keyboard.press('Escape');
    proxy().heal();
    await seen(ana.page.getByText(`${name}님은 지금 이 방에 없습니다.`));
    await say(ana.page, '모두에게');
    await seen(cleo.page.locator('.other', { hasText: '모두에게' }));
  });

  it('is shown at the field as long as the person whispers', async () => {
    const [ana, ben] = [await behindProxy(), await someone()];
    await whispering(ana.page, ben.page);
    const described = ana.page.locator('#chat[aria-describedby="whispering"]');
    await expect.poll(() => described.count()).toBe(1);
    await ana.page.getByRole('button', { name: '귓속말 그만하기' }).click();
    await expect.poll(() => described.count()).toBe(0);
  });
});

describe('an IME that tells of Enter after the composition', () => {
  it('sends Hangul once, whole, with one Enter, and lets candidates be chosen', async () => {
    const ana = await someone();
    await create(ana.page);
    await composeAsSafari(ana.page, '한글');
    await seen(ana.page.locator('.mine[data-seq]', { hasText: '한글' }));
    await expect.poll(() => ana.page.locator('#chat').inputValue()).toBe('');

    await composeAsSafari(ana.page, '日本');
    await say(ana.page, '끝');
    await expect.poll(() => texts(ana.page)).toEqual(['한글', '끝']);
  });
});

describe('a GIF', () => {
  it('is not taken any more from a person who was put out', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ana.page.locator('#remove-room').click();
    await ana.page.locator('#confirm-yes').click();
    await seen(ben.page.getByText('방이 닫혔습니다.'));
    expect(await handOver(ben.page, 'drop')).toBe('kept out');
    await handOver(ben.page, 'paste');
    await ben.page.evaluate(read);
    await expect.poll(() => ben.page.locator('[data-gif]').count()).toBe(0);
  });

  it('that is dropped where none are taken does not open in the place of the page', async () => {
    const ana = await someone();
    const url = await create(ana.page, { ephemeral: true });
    const file = path.join(os.tmpdir(), 'gif-chat-dropped.gif');
    await writeFile(file, GIF.buffer);
    const mouse = await ana.page.context().newCDPSession(ana.page);
    const where = { x: 300, y: 300, data: { items: [], files: [file], dragOperationsMask: 1 } };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await mouse.send('Input.dispatchDragEvent', { type, ...where });
    await gone(ana.page.locator('.drop-here'));
    expect(await handOver(ana.page, 'drop')).toBe('kept out');
    await say(ana.page, '아직 여기');
    expect(ana.page.url()).toBe(url);
  });
});

/** One creates a room, the other enters it and is about to be whispered to. @returns the room's address */
async function whispering(one: Page, other: Page): Promise<string> {
  const { pathname } = new URL(await create(one));
  await enter(other, pathname);
  await menu(one, await nameOf(other), '귓속말');
  return pathname;
}

/** Writes into the field and presses Enter. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator('#chat').fill(text);
  await page.keyboard.press('Enter');
}

/** Composes a text and ends it by Enter, in the order in which Safari tells of it. */
function composeAsSafari(page: Page, text: string): Promise<void> {
  return page.locator('#chat').evaluate((field, composed) => {
    if (!(field instanceof HTMLTextAreaElement)) throw new Error('no field');
    field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    field.value = composed;
    field.dispatchEvent(new CompositionEvent('compositionend', { data: composed, bubbles: true }));
    const key = { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
    if (field.dispatchEvent(new KeyboardEvent('keydown', key))) field.value += '\n';
  }, text);
}

/** Reads a small file, as the page does before it takes a GIF: what was handed over earlier has been read then. */
async function read(): Promise<void> {
  await new Blob(['GIF89a']).slice(0, 6).text();
}

it('shows no GIF to all while one whispers, and says why', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ana.page);
  await enter(ben.page, url);
  await menu(ana.page, await nameOf(ben.page), '귓속말');
  await seen(ana.page.locator('#whispering'));
  const why = ana.page.locator('#composer-error', { hasText: 'GIF는 귓속말로 보낼 수 없습니다.' });
  await ana.page.locator('#gif').setInputFiles(GIF);
  await seen(why);
  for (const way of ['drop', 'paste'] as const) {
    await ana.page.locator('#chat').fill('다른 말');
    await ana.page.keyboard.press('Enter');
    await gone(why);
    await handOver(ana.page, way);
    await seen(why);
  }
  await ana.page.locator('#chat').focus();
  await ana.page.keyboard.press('Escape');
  await gone(why);
  await ana.page.locator('#gif').setInputFiles(GIF);
  await seen(ben.page.locator('.other [data-gif]'));
  await expect.poll(() => ben.page.locator('[data-kind="gif"]').count()).toBe(1);
});

it('whispers every letter behind a name of letters that become more when they are small', async () => {
  const [ana, ben] = [await someone(), await someone()];
  const url = await create(ben.page, { name: 'İİ' });
  await enter(ana.page, url);
  await seen(ana.page.locator('#people-list .name', { hasText: 'İİ' }));
  await ana.page.locator('#chat').fill('/w İİ 안녕하세요');
  await ana.page.keyboard.press('Enter');
  await seen(ben.page.locator('.whisper', { hasText: /안녕하세요/ }));
});
