/** Whether everybody can use each page in each state: measured, and looked at by axe-core. A file of tests for each part. */
import type { Page } from 'playwright-core';
import { cutOff, findingsOf, tooSmall, unseenInForcedColors } from './audit';
import { pictures } from './pictures';
import { STATES, type State } from './states';
import { setStage } from './story';

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

async function shownAt(
  page: Page,
  size: { width: number; height: number },
  show: State['show'],
): Promise<void> {
  await page.setViewportSize(size);
  // The page hears of its new size in the next frame. A menu closes then.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await show?.(page);
}

/**
 * Tests every state of every page in this language. Where Korean is looked at in the light, English is in the dark. So the two
 * together show each size in both languages, each size in both themes, and each language in both themes.
 */
export function keepsNobodyOut(locale: string): void {
  const { someone } = setStage();
  it.each(Object.entries(STATES))('%s: in any size, theme and contrast', async (name, { open, show }) => {
    const reader = await someone({ locale });
    const { page } = reader;
    await open({ reader, someone });
    await pictures(page, `${name} ${locale}`, show);
    const findings: Record<string, string[]> = {};
    for (const [index, size] of SIZES.entries()) {
      const colorScheme = (index === 0) === (locale === 'ko-KR') ? 'light' : 'dark';
      await page.emulateMedia({ colorScheme });
      await shownAt(page, size, show);
      findings[`${String(size.width)} px, ${colorScheme}`] = await findingsOf(page);
    }
    for (const size of ENLARGED) {
      await shownAt(page, size, show);
      findings[`enlarged to ${String(size.width)} px`] = await cutOff(page);
    }
    await shownAt(page, PHONE.viewport, show);
    findings['forced colors'] = await unseenInForcedColors(page);
    expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
  });
}

/** Tests whether what is to be hit is large enough for a finger, in every state of every page. */
export function canBeHitByAFinger(): void {
  const { someone } = setStage();
  it.each(Object.entries(STATES))('%s', async (_, { open, show }) => {
    const reader = await someone(PHONE);
    await open({ reader, someone });
    await show?.(reader.page);
    await expect.poll(() => tooSmall(reader.page)).toEqual([]);
  });
}
