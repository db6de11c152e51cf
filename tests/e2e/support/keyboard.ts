/** What somebody does who has a keyboard and nothing else. */
import type { Locator, Page } from 'playwright-core';

/** No page of the tests has more tab stops. */
const MOST_STOPS = 40;

/** Goes by the Tab key, or backwards, until this has the focus. Throws if it is not reached. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press(key);
    if (await hasFocus(target)) return;
  }
  throw new Error(`${key} does not lead to ${String(target)}`);
}

/** Goes there by the Tab key and presses Enter. */
export async function useByKeys(page: Page, target: Locator, key?: 'Tab' | 'Shift+Tab'): Promise<void> {
  await tabTo(page, target, key);
  await page.keyboard.press('Enter');
}

/** Types a text and presses Enter. */
export async function typeAndEnter(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Answers the question that is shown with yes: no is what has the focus. */
export async function agreeByKeys(page: Page): Promise<void> {
  await useByKeys(page, page.locator('#confirm-yes'));
}

export function hasFocus(what: Locator): Promise<boolean> {
  return what.evaluateAll((elements) => elements.some((element) => element === document.activeElement));
}
