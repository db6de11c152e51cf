/** Pictures of one state of a page, to be looked at: in all windows, light and dark. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { PICTURES, isForReadme } from './people';

const WINDOWS = [
  { width: 390, height: 844 },
  { width: 768, height: 900 },
  { width: 1440, height: 900 },
];

/**
 * Nothing is loaded anew for them, and the browser takes no time to make the files small, because there are hundreds.
 * @param name of the state and the language; the window and the theme are added
 * @param show called after each change of the window, which may have closed what is to be seen
 */
export async function pictures(
  page: Page,
  name: string,
  show?: (page: Page) => Promise<void>,
): Promise<void> {
  // Nobody looks at those of CI.
  if (isForReadme || process.env['CI'] === 'true') return;
  await mkdir(PICTURES, { recursive: true });
  const browser = await page.context().newCDPSession(page);
  for (const size of WINDOWS) {
    await page.setViewportSize(size);
    await show?.(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { data } = await browser.send('Page.captureScreenshot', { optimizeForSpeed: true });
      const file = `${name.replace(/\W+/g, '-')}-${String(size.width)}-${colorScheme}.png`;
      await writeFile(path.join(PICTURES, file), Buffer.from(data, 'base64'));
    }
  }
  await browser.detach();
  await page.emulateMedia({ colorScheme: 'light' });
}
