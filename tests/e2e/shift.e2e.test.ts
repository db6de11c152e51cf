/** Nothing moves by itself while a page loads or while others act, wherever the reader may already be pressing. */
import type { Locator, Page } from 'playwright-core';
import { ko } from '../../src/locales/ko';
import { PASSWORD, agree, leave, takeBack, write } from './support/acts';
import { gone, picture, seen } from './support/people';
import { shiftsOf, watchShifts } from './support/shift';
import {
  GIF,
  create,
  enter,
  menu,
  nameOf,
  newTitle,
  postMany,
  say,
  setLine,
  setStage,
} from './support/story';

const stage = setStage();
const { someone } = stage;
const line = setLine(stage);

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

/** The page itself is not compressed, so it is painted piece by piece while it arrives. */
async function inPieces(page: Page): Promise<void> {
  await page.setExtraHTTPHeaders({ 'accept-encoding': 'identity' });
  await slowDown(page);
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
  ['in pieces on a desk', DESK, inPieces],
  ['in pieces on a phone', PHONE, inPieces],
])('each page that loads %s stays as it first was', async (_, viewport, slow) => {
  const reader = await someone({ viewport });
  reader.tolerate(/status of 4\d\d/);
  const { page } = reader;
  await watchShifts(page);
  await slow(page);
  await expectNoShift(page, {
    'the list': async () => {
      await page.goto('/');
      await page.waitForFunction(hasFetched);
    },
    'the form of a new room': () => page.goto('/room'),
    'the page of a password': () => page.goto(secret),
    'an error': () => page.goto('/nope'),
    'the lab': () => page.goto('/lab'),
    'a room': async () => {
      await enter(page, room);
      await seen(page.locator('[data-gif][data-still]'));
    },
  });
});

it.each([
  ['on a desk', DESK],
  ['on a phone', PHONE],
])('a room stays as it is %s, whatever happens in it', async (_, viewport) => {
  const [reader, other] = [await someone({ viewport }), await someone()];
  reader.tolerate(/ERR_INTERNET_DISCONNECTED/);
  const { page } = reader;
  await watchShifts(page);
  const url = await create(other.page, { title: newTitle('북적이는 방') });
  await postMany(other.page, url, 40);
  await enter(page, url);
  const her = await nameOf(other.page);
  const me = await nameOf(page);
  await shiftsOf(page);

  await expectNoShift(page, {
    'somebody writes': async () => {
      await other.page.locator('#chat').pressSequentially('음');
      await seen(page.locator('#typing:not(:empty)'));
    },
    'somebody says something': async () => {
      await say(other.page, '움직이나요?');
      await seen(page.locator('.other', { hasText: '움직이나요?' }));
    },
    'somebody shows a GIF': async () => {
      await other.page.locator('#gif').setInputFiles(GIF);
      await seen(page.locator('.other [data-gif][data-still]'));
    },
    'somebody whispers to me': async () => {
      await write(other.page, `/w ${me} 조용히`);
      await seen(page.locator('.whisper', { hasText: '조용히' }));
    },
    'somebody takes a name': async () => {
      await write(other.page, '/name 아나');
      await seen(page.locator('#chat-list', { hasText: '아나' }));
    },
    'somebody takes a text back': async () => {
      await takeBack(other.page, '.mine', '움직이나요?');
      await gone(page.locator('.other', { hasText: '움직이나요?' }));
    },
    'I become the owner': async () => {
      await menu(other.page, me, '방장 넘기기');
      await agree(other.page);
      await seen(page.locator('#chat-list', { hasText: `${me}님이 방장` }));
    },
    'the line breaks': async () => {
      await page.context().setOffline(true);
      await seen(page.locator('#connection:not(:empty)'));
    },
    'the line is back': async () => {
      await page.context().setOffline(false);
      await page.locator('#connection:empty').waitFor({ state: 'attached' });
    },
    'somebody leaves': async () => {
      await leave(other.page);
      await seen(page.locator('#chat-list', { hasText: `${her}님이 퇴장` }));
    },
  });
});

it.each([
  ['on a desk', DESK],
  ['on a phone', PHONE],
])('a room stays as it is %s when it is closed', async (_, viewport) => {
  const [reader, owner] = [await someone({ viewport }), await someone()];
  const { page } = reader;
  await watchShifts(page);
  const url = await create(owner.page);
  await postMany(owner.page, url, 40);
  await enter(page, url);
  await shiftsOf(page);
  await owner.page.locator('#remove-room').click();
  await agree(owner.page);
  await seen(page.locator('#ended'));
  await picture(page, `closed-${String(viewport.width)}`);
  await expect.poll(() => shiftsOf(page)).toEqual([]);
});

it.each([
  ['on a desk', DESK],
  ['on a phone', PHONE],
  ['on a narrow phone, where its text takes lines', { width: 320, height: 640 }],
])('a room stays as it is %s when a refusal comes late', async (_, viewport) => {
  const [owner, other] = [await line.behindProxy({ viewport }), await someone()];
  const { page } = owner;
  await watchShifts(page);
  const url = await create(page);
  await enter(other.page, url);
  await write(other.page, '/name 이름이 아주 길고 긴 사람');
  await postMany(other.page, url, 40);
  await seen(page.locator('.other', { hasText: '말 40' }));
  const color = await nameOf(other.page);
  if (viewport !== DESK) await page.locator('.people-button').click();
  await menu(page, color, ko.people.handOver);
  await leave(other.page);
  await seen(page.locator('#chat-list', { hasText: `${color}님이 퇴장` }));
  line.proxy().slow(1_000);
  await agree(page);
  await shiftsOf(page);
  await seen(page.locator('#composer-error', { hasText: `${color}님은 지금 이 방에 없습니다.` }));
  await picture(page, `refused-late-${String(viewport.width)}`);
  await expect.poll(() => shiftsOf(page)).toEqual([]);

  // It covers neither the newest row nor the way to it.
  const bottomOf = async (what: Locator) => {
    const box = await what.boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0);
  };
  const top = (await page.locator('#composer-error').boundingBox())?.y ?? 0;
  expect(await bottomOf(page.locator('#chat-list > :last-child'))).toBeLessThanOrEqual(top);
  await page.locator('#scroller').evaluate((scroller) => {
    scroller.scrollTo(0, -1_000);
  });
  await seen(page.locator('#to-newest'));
  expect(await bottomOf(page.locator('#to-newest'))).toBeLessThanOrEqual(top);
});

it('the page of Socket.IO in the lab stays as it is on a phone while it connects', async () => {
  const { page } = await someone({ viewport: PHONE });
  await watchShifts(page);
  await page.goto('/lab/socketio');
  await page.getByText('Hello Socket.IO').waitFor();
  await expect.poll(() => shiftsOf(page)).toEqual([]);
});

/** Lets one thing after another happen. A failure names what shifted by which of them. */
async function expectNoShift(page: Page, happenings: Record<string, () => Promise<unknown>>): Promise<void> {
  const found: Record<string, string[]> = {};
  for (const [name, happen] of Object.entries(happenings)) {
    await happen();
    found[name] = await shiftsOf(page);
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(happenings).map((name) => [name, []])));
}

/** Whether the script of the list has read it anew, which it does when it is connected. */
function hasFetched(): boolean {
  return performance
    .getEntriesByType('resource')
    .some((entry) => Reflect.get(entry, 'initiatorType') === 'fetch');
}
