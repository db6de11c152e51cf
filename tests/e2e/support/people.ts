/** People with browsers. Whatever their browser complains about fails the test, unless it was to be expected. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';

export interface Person {
  page: Page;
  /** Complaints of the browser that match this are no problem from now on. */
  tolerate(complaint: RegExp): void;
  /** Console errors, exceptions and CSP violations until now. */
  problems(): string[];
  leave(): Promise<void>;
}

/** Where the whole browser is, with its windows and settings. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Where the same browser is without windows, if there is one. It needs half the time. */
const SHELL = process.env['CHROMIUM_HEADLESS_SHELL'] ?? CHROMIUM;

/** @param args more of Chromium's switches */
export async function openBrowser(...args: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: SHELL,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

export async function newPerson(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'ko-KR',
    reducedMotion: 'reduce',
    ...options,
  });
  // Less than a test's time, so that a test that waits in vain says for what.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const tolerated: RegExp[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`CSP: ${violatedDirective} ${blockedURI}`);
    });
  });
  return {
    page,
    tolerate: (complaint) => tolerated.push(complaint),
    problems: () => complaints.filter((complaint) => !tolerated.some((expected) => expected.test(complaint))),
    async leave() {
      // Chromium hangs if a page is closed while it changes to another one. If this fails, it has just changed, so try again.
      const stop = () => page.evaluate(() => window.stop());
      await stop()
        .catch(stop)
        .catch(() => undefined);
      await context.close();
    },
  };
}

/** Waits until it is there to be seen. */
export async function seen(what: Locator): Promise<void> {
  await what.first().waitFor({ state: 'visible' });
}

/** Waits until it is not there any more. */
export async function gone(what: Locator): Promise<void> {
  await what.first().waitFor({ state: 'hidden' });
}

/** The pictures that the README shows. */
const IN_README = ['screenshot', 'list-768-light', 'room-390-light', 'room-390-dark', 'lab'];
const wanted = process.env['SCREENSHOTS'] ?? 'screenshots';
/** Where pictures of the pages go: into the folder SCREENSHOTS, or one that git ignores. */
export const PICTURES = path.resolve(__dirname, '../../..', wanted);
/** With SCREENSHOTS=docs, only the README's pictures are made. */
export const isForReadme = wanted === 'docs';

/** A picture of the page as it is. */
export async function picture(page: Page, name: string): Promise<void> {
  if (isForReadme && !IN_README.includes(name)) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}
