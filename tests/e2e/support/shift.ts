/** How far the layout of a page moves by itself, and what moves. */
import type { Page } from 'playwright-core';

/** The measure by which Chromium tells of it. @source https://web.dev/articles/cls */
const ALLOWED = 0.01;

/** @source https://wicg.github.io/layout-instability/#sec-layout-shift-attribution */
interface Source {
  node: Node | null;
  previousRect: DOMRectReadOnly;
  currentRect: DOMRectReadOnly;
}

/** From the next page on, the browser notes each shift that follows no press of the reader. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const noted: string[] = [];
    Reflect.set(window, 'shifts', noted);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (Reflect.get(entry, 'hadRecentInput') === true) continue;
        const sources: unknown = Reflect.get(entry, 'sources');
        const moved = (Array.isArray(sources) ? sources : []).map(
          ({ node, previousRect: from, currentRect: to }: Source) =>
            `${node instanceof Element ? node.outerHTML.slice(0, 60) : String(node?.textContent)} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`,
        );
        noted.push(`${String(Reflect.get(entry, 'value'))} ${moved.join(' and ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** What shifted since the page was loaded or this was last asked, if that is more than a reader would notice. */
export async function shiftsOf(page: Page): Promise<string[]> {
  const noted = await page.evaluate(async () => {
    // Whatever was laid out until now is noted after the next frame.
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
    const found: unknown = Reflect.get(window, 'shifts');
    return Array.isArray(found) ? found.splice(0).map(String) : [];
  });
  const sum = noted.reduce((total, line) => total + Number(line.split(' ')[0]), 0);
  return sum > ALLOWED ? noted : [];
}
