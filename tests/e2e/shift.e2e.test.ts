/** Nothing moves by itself while a page loads, at once or slowly, wherever the reader may already be pressing. */
import type { Page } from 'playwright-core';
import { PASSWORD } from './support/acts';
import { seen } from './support/people';
import { shiftsOf, watchShifts } from './support/shift';
import { GIF, create, inIt, newTitle, postMany, say, setStage } from './support/story';

const { someone } = setStage();

/** As on a phone of some years ago: the program runs four times slower, over a line of 1.6 Mbit/s. */
async function slowDown(page: Page): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const throughput = 1_600_000 / 8;
  await browser.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
}

let room = '';
let secret = '';

beforeAll(async () => {
  const [ana, ben] = [await someone(), await someone()];
  secret = await create(ben.page, { title: newTitle('비밀 대화'), password: PASSWORD });
  room = await create(ana.page, { title: newTitle('긴 대화'), name: '아나' });
  await postMany(ana.page, room, 90);
  for (let gifs = 1; gifs <= 4; gifs += 1) {
    await ana.page.locator('#gif').setInputFiles(GIF);
    await ana.page
      .locator('.mine[data-seq] [data-gif]')
      .nth(gifs - 1)
      .waitFor();
    await say(ana.page, `그림 ${String(gifs)}`);
  }
});

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

it.each([
  ['fast on a desk', DESK, async () => {}],
  ['slowly on a desk', DESK, slowDown],
  ['fast on a phone', PHONE, async () => {}],
  ['slowly on a phone', PHONE, slowDown],
])('each page that loads %s stays as it first was', async (_, viewport, slow) => {
  const reader = await someone({ viewport });
  reader.tolerate(/status of 4\d\d/);
  const { page } = reader;
  await watchShifts(page);
  await slow(page);
  const pages: Record<string, [address: string, isThere?: () => Promise<unknown>]> = {
    'the list': ['/', () => page.waitForFunction(hasFetched)],
    'the form of a new room': ['/room'],
    'the page of a password': [secret],
    'an error': ['/nope'],
    'the lab': ['/lab'],
    'a room': [
      room,
      async () => {
        await inIt(page);
        await seen(page.locator('[data-gif][data-still]'));
      },
    ],
  };
  const found: Record<string, string[]> = {};
  for (const [name, [address, isThere]] of Object.entries(pages)) {
    await page.goto(address);
    await isThere?.();
    found[name] = await shiftsOf(page);
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(pages).map((name) => [name, []])));
});

/** Whether the script of the list has read it anew, which it does when it is connected. */
function hasFetched(): boolean {
  return performance
    .getEntriesByType('resource')
    .some((entry) => Reflect.get(entry, 'initiatorType') === 'fetch');
}
