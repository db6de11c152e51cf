/** What keeps people from using the page that is open: found by axe-core and by measuring. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds wrong, a line for each element. @param rules those that are asked, all of them if none is given */
export async function findingsOf(page: Page, ...rules: string[]): Promise<string[]> {
  // The debugger may run what the page's own policy forbids.
  await page.evaluate(`window.axe || (() => { ${axe.source} })()`);
  const found: unknown = await page.evaluate(
    `axe.run(document, ${JSON.stringify(rules.length > 0 ? { runOnly: rules } : {})}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => id + ': ' + target.join(' ') + ' (' +
        [...any, ...all, ...none].map(({ message }) => message).join('; ') + ')')))`,
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
