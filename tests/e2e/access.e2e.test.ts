/** Whether everybody can use each page in each state: measured, and looked at by axe-core. */
import type { Page } from 'playwright-core';
import { cutOff, findingsOf, tooSmall, unseenInForcedColors } from './support/audit';
import { pictures } from './support/pictures';
import { STATES } from './support/states';
import { setStage } from './support/story';

const { someone } = setStage();
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/** Windows of 1280 × 800 and 1280 × 1024 px, of which the page is shown at 200 % and at 400 %. */
const ENLARGED = [
  { width: 640, height: 400 },
  { width: 320, height: 256 },
];
const PHONE = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };

describe.each(Object.entries(STATES))('%s', (name, { open, show }) => {
  async function shownAt(page: Page, size: { width: number; height: number }): Promise<void> {
    await page.setViewportSize(size);
    // The page hears of its new size in the next frame. A menu closes then.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await show?.(page);
  }

  it.each(['ko-KR', 'en-US'])('keeps nobody out, in any size, theme and contrast, in %s', async (locale) => {
    const reader = await someone({ locale });
    const { page } = reader;
    await open({ reader, someone });
    await pictures(page, `${name} ${locale}`, show);
    const findings: Record<string, string[]> = {};
    for (const size of SIZES) {
      await shownAt(page, size);
      findings[`${String(size.width)} px`] = await findingsOf(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      // Only colors depend on the theme.
      findings[`${String(size.width)} px, dark`] = await findingsOf(page, 'color-contrast');
      await page.emulateMedia({ colorScheme: 'light' });
    }
    for (const size of ENLARGED) {
      await shownAt(page, size);
      findings[`enlarged to ${String(size.width)} px`] = await cutOff(page);
    }
    await shownAt(page, PHONE.viewport);
    findings['forced colors'] = await unseenInForcedColors(page);
    expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
  });

  it('can be hit by a finger', async () => {
    const reader = await someone(PHONE);
    await open({ reader, someone });
    await show?.(reader.page);
    expect(await tooSmall(reader.page)).toEqual([]);
  });
});
