/**
 * What the pages cost: `npm run bench:pages [-- --seconds 15 --visits 3 --only visits,speed]`.
 * visits: what Chromium is sent for a first visit, and when the page can be used on slow 3G, then and the next time.
 * speed: how many requests a second the list answers, beside bare Express with the same template and rooms, in turn.
 * Everything stays on this machine.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../tests/e2e/support/people';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    visits: { type: 'string', default: '3' },
    only: { type: 'string', default: 'visits,speed' },
  },
});
const ROOMS = 20;
const CHATS = 100;
/** Latency in ms, throughput in bytes a second: a little more than "Slow 3G" of Chromium's own tools. */
const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
/** Requests under way at once, and how often ours and the bare server take turns. */
const CONNECTIONS = 10;
const TURNS = 30;

/** What must hold: kB that are sent for a first visit, and seconds until the page can be used. */
const BOUNDS = {
  list: { weight: 40, first: 4, again: 2 },
  room: { weight: 75, first: 4, again: 2 },
};
const MIN_SHARE = 0.8;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-pages-'));
  const children: ChildProcess[] = [];
  try {
    const [program, bare] = await Promise.all(
      ['program', 'bare'].map((what) => {
        const child = fork(path.join(__dirname, 'pages.child.ts'), [what, folder, String(ROOMS)], {
          execArgv: ['-r', 'ts-node/register/transpile-only'],
          env: { ...process.env, NODE_ENV: 'production' },
        });
        children.push(child);
        return addressOf(child);
      }),
    );
    if (program === undefined || bare === undefined) throw new Error('nobody listens');
    const room = await fill(program);
    if (options.only.includes('visits')) await visits(program, room);
    if (options.only.includes('speed')) await speed(program, bare);
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  const [port] = (await once(child, 'message')) as [number];
  return `http://127.0.0.1:${String(port)}`;
}

/** Makes rooms, the last one with chats in it. @returns that room's path */
async function fill(url: string): Promise<string> {
  const form = await fetch(`${url}/room`);
  const cookie = form.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const post = (to: string, body: object) =>
    fetch(url + to, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', accept: '*/*' },
      body: JSON.stringify(body),
      redirect: 'manual',
    });
  let room = '';
  for (let n = 1; n <= ROOMS; n++) {
    room = (await post('/room', { title: `${String(n)}번째 방`, max: 10 })).headers.get('location') ?? '';
    // Somebody speaks in each room, because a room without people would be closed.
    await post(`${room}/chat`, { chat: '안녕하세요' });
  }
  for (let n = 2; n <= CHATS; n++) {
    await post(`${room}/chat`, { chat: `${String(n)}번째 말입니다. 오늘은 무엇을 이야기할까요?` });
  }
  return room;
}

/** A page can be used when it is live: the list when its script has fetched it again, the room when its reader has a place. */
async function visits(url: string, room: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const rows: Record<string, object> = {};
    for (const [name, address] of Object.entries({ list: '/', room })) {
      const bounds = name === 'list' ? BOUNDS.list : BOUNDS.room;
      const seen = [];
      for (let n = 0; n < Number(options.visits); n++) seen.push(await visitTwice(browser, url + address));
      const weight = median(seen.map(({ first }) => first.bytes)) / 1_000;
      const first = median(seen.map((visit) => visit.first.usable)) / 1_000;
      const again = median(seen.map((visit) => visit.again.usable)) / 1_000;
      rows[name] = {
        'kB sent': bounded(weight, 'at most', bounds.weight),
        'usable at first (s)': bounded(first, 'at most', bounds.first),
        'usable again (s)': bounded(again, 'at most', bounds.again),
        'kB sent again': (median(seen.map((visit) => visit.again.bytes)) / 1_000).toFixed(1),
      };
    }
    console.table(rows);
  } finally {
    await browser.close();
  }
}

interface Visit {
  /** Everything that came over HTTP, headers included. */
  bytes: number;
  /** ms since the address was asked for. */
  usable: number;
}

/** A person with a new browser visits a page, and visits it again. */
async function visitTwice(browser: Browser, address: string): Promise<{ first: Visit; again: Visit }> {
  const context = await browser.newContext({ locale: 'ko-KR' });
  try {
    const first = await visit(context, address);
    return { first, again: await visit(context, address) };
  } finally {
    await context.close();
  }
}

async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', SLOW_3G);
  await page.addInitScript(watchUse);
  await page.goto(address, { waitUntil: 'commit' });
  const usable = await page.waitForFunction(() => window.usableAt);
  await page.waitForLoadState('networkidle');
  const result = { bytes, usable: Number(await usable.jsonValue()) };
  if (address.includes('/room/')) await leave(page);
  await page.close();
  return result;
}

async function leave(page: Page): Promise<void> {
  await page.locator('#exit-btn').click();
  await page.waitForURL((url) => url.pathname === '/');
}

declare global {
  interface Window {
    /** When the page could be used, in ms since its address was asked for. */
    usableAt?: number;
  }
}

/** Runs in the page, before its own scripts. */
function watchUse(): void {
  const note = () => {
    window.usableAt ??= performance.now();
  };
  // In a room, the reader stands in the list of people.
  new MutationObserver(() => {
    if (document.querySelector('#people-list li[data-me]')) note();
  }).observe(document, { childList: true, subtree: true });
  // The list fetches itself once it is connected.
  new PerformanceObserver((seen) => {
    const isList = ({ name }: PerformanceEntry) => new URL(name).pathname === '/';
    if (seen.getEntries().some(isList)) note();
  }).observe({ type: 'resource' });
}

/** Measures our server and the bare one by turns, so that other work of the machine slows both. */
async function speed(program: string, bare: string): Promise<void> {
  const rows: Record<string, object> = {};
  for (const coding of ['identity', 'gzip, deflate, br']) {
    const seconds = Number(options.seconds) / TURNS;
    const counts: { ours: number; bare: number }[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      counts.push({
        bare: (await requests(bare, seconds, coding)) / seconds,
        ours: (await requests(program, seconds, coding)) / seconds,
      });
    }
    // Other work of the machine makes a turn slower and never faster. So a fast turn tells what the program needs.
    const [ours, others] = [good(counts.map((turn) => turn.ours)), good(counts.map((turn) => turn.bare))];
    const share = ours / others;
    rows[coding] = {
      'ours (requests/s)': Math.round(ours),
      'bare (requests/s)': Math.round(others),
      share: coding === 'identity' ? bounded(share, 'at least', MIN_SHARE) : share.toFixed(2),
    };
  }
  console.table(rows);
}

/** How many answers come in so many seconds. */
async function requests(url: string, seconds: number, coding: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const until = performance.now() + seconds * 1_000;
  let count = 0;
  const ask = async () => {
    while (performance.now() < until) {
      await new Promise<void>((resolve, reject) => {
        get(url, { agent, headers: { 'accept-encoding': coding } }, (response) => {
          response.resume().on('end', resolve).on('error', reject);
        }).on('error', reject);
      });
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  agent.destroy();
  return count;
}

/** The number that is higher than nine of ten. */
function good(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length * 0.9)] ?? NaN;
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** A number with its bound; past the bound the run fails. */
function bounded(value: number, which: 'at most' | 'at least', bound: number): string {
  const isKept = which === 'at most' ? value <= bound : value >= bound;
  if (!isKept) process.exitCode = 1;
  return `${value.toFixed(2)} (${which} ${String(bound)})${isKept ? '' : ' !'}`;
}

void main();
