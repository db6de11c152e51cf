/** The lab's pages in a browser: what passes is to be seen, and every control is reached by its name. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { picture, seen } from './support/people';
import { setLine, setStage } from './support/story';
import { endings, lab, labWords } from '../../src/locales/lab';
import { until } from '../support/app';

const ROOT = path.resolve(__dirname, '../..');
const stage = setStage();
const line = setLine(stage);
const { ws, socketio, chat, compare, rooms } = lab.pages;

/** Waits as long as a busy machine may take. */
const eventually = (isSo: () => Promise<boolean>) => until(isSo, 150_000);

async function someone(): Promise<Page> {
  return (await stage.someone()).page;
}

const rowWith = (page: Page, text: string) => page.locator('#log tbody tr', { hasText: text });

describe('the bare WebSocket’s page', () => {
  const GREETING = '서버에서 클라이언트로 메시지를 보냅니다.';
  const REPLY = '클라이언트에서 서버로 답장을 보냅니다.';

  test('shows each frame both ways with its size, the state, and how two browsers double the replies', async () => {
    const [page, other] = [await someone(), await someone()];
    const printed: string[] = [];
    page.on('console', (message) => printed.push(message.text()));
    await page.goto('/lab/ws');
    await seen(page.locator('#state', { hasText: `${labWords.states.open} (readyState 1)` }));
    await seen(page.locator('#clients', { hasText: /^1$/ }));
    await seen(rowWith(page, REPLY));
    await expect
      .poll(async () => (await rowWith(page, GREETING).last().locator('td').allTextContents()).slice(1))
      .toEqual([labWords.down, GREETING, `2 + ${String(Buffer.byteLength(GREETING))} B`]);
    await expect
      .poll(async () => (await rowWith(page, REPLY).last().locator('td').allTextContents()).slice(1))
      .toEqual([labWords.up, REPLY, `6 + ${String(Buffer.byteLength(REPLY))} B`]);
    expect(printed).toContain(GREETING);

    await other.goto('/lab/ws');
    await seen(page.locator('#clients', { hasText: /^2$/ }));
    await seen(page.locator('#lately', { hasText: /^2$/ }));

    await other.getByRole('button', { name: ws.disconnect }).press('Enter');
    await seen(other.locator('#state', { hasText: `${labWords.states.closed} (readyState 3)` }));
    await seen(page.locator('#clients', { hasText: /^1$/ }));
    await other.getByRole('button', { name: ws.connect }).press('Enter');
    await seen(page.locator('#clients', { hasText: /^2$/ }));
  });

  test('says why the server closed the connection', async () => {
    const person = await stage.someone();
    // The fifth page: each holds a WebSocket and an event stream, and one visitor may hold eight.
    person.tolerate(/429/);
    for (let n = 0; n < 4; n += 1) {
      const tab = await person.page.context().newPage();
      await tab.goto('/lab/ws');
      await seen(tab.locator('#clients', { hasText: /^\d+$/ }));
      await seen(tab.locator('#state[data-state="open"]'));
    }
    await person.page.goto('/lab/ws');
    await seen(rowWith(person.page, endings.tooMany));
    await seen(person.page.locator('#clients', { hasText: labWords.noCrowd }));
  });
});

describe('Socket.IO’s page', () => {
  test('shows every packet, the transport, and the moment of the upgrade', async () => {
    const page = await someone();
    const frames: string[] = [];
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => frames.push(`${labWords.up} ${String(payload)}`));
      socket.on('framereceived', ({ payload }) => frames.push(`${labWords.down} ${String(payload)}`));
    });
    await page.goto('/lab/socketio');
    await seen(page.locator('#upgraded', { hasText: /\d+ms/ }));
    await seen(page.locator('#transport', { hasText: 'websocket' }));
    await seen(rowWith(page, '42["reply","Hello Node.JS"]'));
    await seen(rowWith(page, '42["news","Hello Socket.IO"]'));
    const first = await page.locator('#log tbody tr').first().locator('td').allTextContents();
    expect(first.slice(1, 4)).toEqual([labWords.down, 'polling', 'open']);
    const rows = page
      .locator('#log tbody tr:not([data-direction="note"])')
      .filter({ has: page.locator('td:nth-child(3)', { hasText: 'websocket' }) });
    await expect
      .poll(async () => {
        const cells = await rows.evaluateAll((found) =>
          found.map(({ children }) => [children[1]?.textContent, children[4]?.textContent].join(' ')),
        );
        return cells.length > 4 && cells.every((cell, at) => cell === frames[at]);
      })
      .toBe(true);
    expect(frames.slice(0, 3).map((frame) => frame.split(' ').at(-1))).toEqual(['2probe', '3probe', '5']);

    const polled = await page.locator('#log td:nth-child(3)', { hasText: 'polling' }).count();
    await page.getByLabel(socketio.polling).press('ArrowDown');
    await seen(page.locator('#upgraded', { hasText: labWords.noNeed }));
    await eventually(async () => (await rowWith(page, '40{').count()) === 2);
    await expect
      .poll(() => page.locator('#log td:nth-child(3)', { hasText: 'polling' }).count())
      .toBe(polled);
    await page.getByRole('button', { name: socketio.reconnect }).click();
    await eventually(async () => (await rowWith(page, '40{').count()) === 3);
  });
});

describe('the chat’s page', () => {
  test('lets people talk in the room that they are in', async () => {
    const [ana, ben] = [await someone(), await someone()];
    await ana.goto('/lab/chat');
    await seen(ana.locator('#talk', { hasText: labWords.entered(chat.firstRoom) }));
    await ben.goto('/lab/chat');
    await seen(ana.locator('#talk p', { hasText: '님이 입장하셨습니다.' }));
    await ana.getByLabel(chat.message).fill('안녕하세요');
    await ana.keyboard.press('Enter');
    await seen(ben.locator('#talk p', { hasText: '안녕하세요' }));
    await seen(ana.locator('#talk p', { hasText: `(${labWords.me}) 안녕하세요` }));
    await ben.getByLabel(chat.room).fill('다른 방');
    await ben.getByRole('button', { name: chat.enter }).click();
    await seen(ana.locator('#talk p', { hasText: '님이 퇴장하셨습니다.' }));
    await ben.getByLabel(chat.message).fill('여기는 조용하네요');
    await ben.keyboard.press('Enter');
    await seen(ben.locator('#talk p', { hasText: '여기는 조용하네요' }));
    await expect.poll(() => ana.locator('#talk p', { hasText: '여기는' }).count()).toBe(0);
  });
});

test('the chat’s page sends nothing before it is connected', async () => {
  const page = await someone();
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  await page.route('**/socket.io/?*', async (route) => {
    await opened;
    await route.continue();
  });
  await page.goto('/lab/chat');
  await page.getByLabel(chat.message).fill('너무 이른 말');
  await page.keyboard.press('Enter');
  await page.getByLabel(chat.room).fill('다른 방');
  await page.keyboard.press('Enter');
  open();
  await seen(page.locator('#talk', { hasText: labWords.entered('다른 방') }));
  await page.getByRole('button', { name: chat.send }).click();
  await seen(page.locator('#talk p', { hasText: '너무 이른 말' }));
  expect(await page.locator('#talk p', { hasText: labWords.entered('다른 방') }).count()).toBe(1);
});

describe('a page whose connection has ended says why, and connects again when the reader wants it:', () => {
  test('the chat, which keeps the text that could not be sent', async () => {
    const { page } = await line.behindProxy();
    await page.goto('/lab/chat');
    const again = page.getByRole('button', { name: chat.reconnect });
    const send = page.getByRole('button', { name: chat.send });
    await seen(page.locator('#state', { hasText: labWords.states.open }));
    expect(await again.isVisible()).toBe(false);
    line.proxy().cut();
    await seen(page.locator('#state', { hasText: labWords.reasons['transport close'] ?? '' }));
    await page.getByLabel(chat.message).fill('아직 여기요');
    await expect.poll(() => send.isDisabled()).toBe(true);
    await again.click();
    await seen(page.locator('#state', { hasText: labWords.reasons['xhr poll error'] ?? '' }));
    line.proxy().heal();
    await again.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('chat');
    await send.click();
    await seen(page.locator('#talk p', { hasText: '아직 여기요' }));
    expect(await again.isVisible()).toBe(false);
  });

  test('the panes of namespaces and rooms', async () => {
    const { page } = await line.behindProxy();
    await page.goto('/lab/rooms');
    const pane = page.getByRole('region', { name: rooms.pane('A') });
    const again = pane.getByRole('button', { name: rooms.reconnect });
    const dot = page.locator('[data-dot=A]');
    await dot.waitFor();
    expect(await again.isVisible()).toBe(false);
    line.proxy().cut();
    await seen(pane.getByText(labWords.reasons['transport close'] ?? ''));
    await dot.waitFor({ state: 'hidden' });
    line.proxy().heal();
    await again.click();
    await dot.waitFor();
    await pane.getByRole('button', { name: "join('1')" }).click();
    await seen(pane.locator('[data-slot=rooms]', { hasText: labWords.inRooms(['1']) }));
  });

  test('a comparison, which stops', async () => {
    const person = await line.behindProxy();
    person.tolerate(/ERR_INCOMPLETE_CHUNKED_ENCODING/);
    const { page } = person;
    await page.goto('/lab/compare');
    const start = page.getByRole('button', { name: compare.start });
    await start.click();
    await seen(page.locator('tr[data-way=socket] [data-slot=messages]', { hasText: /[1-9]/ }));
    line.proxy().cut();
    await seen(page.locator('#error', { hasText: labWords.lost }));
    line.proxy().heal();
    await start.click();
    await expect.poll(() => page.locator('#error').innerText()).toBe('');
    // Also in its first moment.
    await page.getByRole('button', { name: compare.stop }).click();
    await expect.poll(() => start.isEnabled()).toBe(true);
  });
});

describe('the comparison’s page', () => {
  test('compares nothing when the lab’s other pages leave too few connections, and says so', async () => {
    const person = await stage.someone();
    person.tolerate(/429/);
    const { page } = person;
    const tabs = [];
    // A pane is a connection: six of eight are taken.
    for (let n = 0; n < 2; n += 1) {
      const tab = await page.context().newPage();
      await tab.goto('/lab/rooms');
      await tab.locator('[data-dot=C]').waitFor();
      tabs.push(tab);
    }
    await page.goto('/lab/compare');
    const start = page.getByRole('button', { name: compare.start });
    await start.click();
    await seen(page.locator('#error', { hasText: '실험실의 다른 탭을 닫고 다시 해 보세요.' }));
    await tabs[0]?.close();
    await eventually(async () => {
      if (await start.isEnabled()) await start.click();
      return page.getByRole('button', { name: compare.stop }).isEnabled();
    });
    await seen(page.locator('tr[data-way=events] [data-slot=messages]', { hasText: /[1-9]/ }));
    expect(await page.locator('#error').innerText()).toBe('');
  });

  test('draws and counts all four ways until it is stopped', async () => {
    const page = await someone();
    await page.goto('/lab/compare');
    await page.getByRole('button', { name: compare.start }).press('Enter');
    const cell = (way: string, slot: string) =>
      page.locator(`tr[data-way=${way}] [data-slot=${slot}]`).innerText();
    for (const way of ['short', 'long', 'events', 'socket']) {
      await eventually(async () => Number(await cell(way, 'messages')) >= 2);
    }
    await page.getByRole('button', { name: compare.stop }).press('Enter');
    await eventually(async () => page.getByRole('button', { name: compare.start }).isEnabled());
    await expect.poll(() => cell('events', 'requests')).toBe('1');
    await expect.poll(() => cell('socket', 'requests')).toBe('1');
    for (const way of ['short', 'long']) expect(Number(await cell(way, 'requests'))).toBeGreaterThan(2);
    for (const way of ['long', 'events', 'socket']) {
      await expect.poll(() => cell(way, 'missed')).toBe('0');
      await expect.poll(() => cell(way, 'average')).toMatch(/^\d+ ms$/);
    }
    for (const name of Object.keys(compare.charts)) {
      for (const way of Object.keys(compare.ways)) {
        const line = page.locator(`[data-chart=${name}] [data-way=${way}]`);
        await expect
          .poll(async () => (await line.getAttribute('points'))?.split(' ').length)
          .toBeGreaterThan(1);
      }
    }
    await page.setViewportSize({ width: 1120, height: 1000 });
    await picture(page, 'lab');
  });
});

describe('the page of namespaces and rooms', () => {
  test('lights up whom a message reaches, and moves the sockets in the figure', async () => {
    const page = await someone();
    await page.goto('/lab/rooms');
    const pane = (name: string) => page.getByRole('region', { name: rooms.pane(name) });
    const act = (name: string, button: string) =>
      pane(name).getByRole('button', { name: button, exact: true }).press('Enter');
    const received = (name: string) => pane(name).locator('[data-slot=received]');
    const placeOf = (name: string) => page.locator(`[data-dot=${name}]`).getAttribute('transform');
    for (const name of ['A', 'B', 'C']) await page.locator(`[data-dot=${name}]:not([hidden])`).waitFor();

    const before = await placeOf('A');
    await act('A', "join('1')");
    await seen(pane('A').locator('[data-slot=rooms]', { hasText: labWords.inRooms(['1']) }));
    await expect.poll(() => placeOf('A')).not.toBe(before);

    await act('B', "to('1')");
    await seen(received('A').filter({ hasText: labWords.arrived('toRoom', 'B') }));
    await act('A', 'broadcast');
    for (const name of ['B', 'C'])
      await seen(received(name).filter({ hasText: labWords.arrived('broadcast', 'A') }));
    await act('A', "except('1')");
    for (const name of ['B', 'C'])
      await seen(received(name).filter({ hasText: labWords.arrived('except', 'A') }));
    await act('B', 'to(C.id)');
    await seen(received('C').filter({ hasText: labWords.arrived('toSocket', 'B') }));
    await expect.poll(() => received('A').innerText()).toBe(labWords.arrived('toRoom', 'B'));

    await pane('C').getByLabel('/blue').check();
    await seen(pane('C').locator('[data-slot=rooms]', { hasText: labWords.inRooms([]) }));
    await act('A', 'namespace.emit');
    for (const name of ['A', 'B']) {
      await seen(received(name).filter({ hasText: labWords.arrived('emitToAll', 'A') }));
    }
    const lit = page.evaluate(untilLit, ['[data-pane=C]', '[data-dot=C]']);
    await act('C', 'socket.emit');
    await seen(received('C').filter({ hasText: labWords.arrived('emit', 'C') }));
    await lit;
  });
});

describe('every page of the lab', () => {
  test.each([390, 1440])(
    'fits a window %i px wide, light and dark, and names all that can be used',
    async (width) => {
      const page = await someone();
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const name of ['', ...Object.keys(lab.pages)]) {
          await page.goto(`/lab/${name}`);
          await page.waitForLoadState('load');
          await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
          const controls = page.locator('main :is(a, button, input, [tabindex])');
          const nameless = await controls.evaluateAll(
            (found) =>
              found.filter((element) => {
                const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
                const labelledBy = element.getAttribute('aria-labelledby') ?? '';
                const texts = [element, ...labels].map(({ textContent }) => textContent);
                const named =
                  document.getElementById(labelledBy)?.textContent ?? element.getAttribute('aria-label');
                return [...texts, named].every((text) => !text?.trim());
              }).length,
          );
          expect(nameless).toBe(0);
          // The built program has the sources, too.
          for (const link of await page.locator('figcaption a').all()) {
            const source = await readFile(path.join(ROOT, await link.innerText()), 'utf8');
            const shown = page
              .locator('figure', { has: page.getByText(await link.innerText()) })
              .locator('code');
            await expect.poll(async () => (await shown.innerText()).trimEnd()).toBe(source.trimEnd());
          }
          await picture(page, `lab-${name}-${String(width)}-${colorScheme}`);
        }
      }
    },
  );
});

/** Waits until all of these were lit, which lasts only a moment. */
async function untilLit(selectors: string[]): Promise<void> {
  const lighting = selectors.map(
    (selector) =>
      new Promise<void>((resolve) => {
        const element = document.querySelector(selector);
        if (element === null) return;
        const look = () => {
          if (element.classList.contains('is-lit')) resolve();
        };
        new MutationObserver(look).observe(element, { attributes: true });
        // An earlier message may have lit it.
        look();
      }),
  );
  await Promise.all(lighting);
}
