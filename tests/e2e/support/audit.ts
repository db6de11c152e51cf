/** What keeps people from using the page that is open: found by axe-core and by measuring. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds wrong, a line for each element. */
export async function findingsOf(page: Page): Promise<string[]> {
  // The debugger may run what the page's own policy forbids.
  await page.evaluate(`window.axe || (() => { ${axe.source} })()`);
  const found: unknown = await page.evaluate(
    `axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => id + ': ' + target.join(' ') + ' (' +
        [...any, ...all, ...none].map(({ message }) => message).join('; ') + ')')))`,
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}

/** The least size of what a finger must hit, in CSS px. @source https://www.w3.org/TR/WCAG22/#target-size-enhanced */
const TARGET = 44;

/** What is cut off or covered in this window: the page scrolls sideways, or a control cannot be brought into view. */
export function cutOff(page: Page): Promise<string[]> {
  return measured(page, 0);
}

/** Controls that a finger might miss. Links within a sentence may be as small as its letters. */
export function tooSmall(page: Page): Promise<string[]> {
  return measured(page, TARGET);
}

/** @param size so wide and high a control must be; 0 if only its middle must be there to be hit */
function measured(page: Page, size: number): Promise<string[]> {
  return page.evaluate((least) => {
    const found: string[] = [];
    const nameOf = (element: Element | null) =>
      element === null ? 'nothing' : `${element.localName}#${element.id}.${[...element.classList].join('.')}`;
    const isThere = (element: Element) =>
      element.getBoundingClientRect().width > 1 &&
      getComputedStyle(element).clipPath === 'none' &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    // The browser rounds places, so a pixel is left out at each side.
    const reach = Math.max(0, least / 2 - 1);

    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    const open = ['dialog:modal', '#person-menu:not([hidden])', ':popover-open'];
    const on = open.map((one) => document.querySelector(one)).find((one) => one !== null) ?? document;
    for (const control of on.querySelectorAll<HTMLElement>('a[href], button, input, textarea, summary')) {
      // A field may be hidden behind its label, which can be hit in its place.
      const labels = control instanceof HTMLInputElement ? [...(control.labels ?? [])] : [];
      const parts = [control, ...labels].filter(isThere);
      const isInSentence =
        control.matches('a:not(.button, nav *)') &&
        control.parentElement?.innerText.trim() !== control.innerText.trim();
      if (parts.length === 0 || (least > 0 && isInSentence)) continue;
      const inTheWay = parts.map((part) => {
        part.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
        // A link in a text may be broken into lines.
        const { left, top, width, height } = part.getClientRects()[0] ?? part.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const around = [
          [0, 0],
          [-reach, 0],
          [reach, 0],
          [0, -reach],
          [0, reach],
        ] as const;
        return around
          .map(([right, down]) => document.elementFromPoint(x + right, y + down))
          .filter((hit) => ![control, ...labels].some((own) => hit !== null && own.contains(hit)));
      });
      if (inTheWay.every((hits) => hits.length > 0))
        found.push(`${nameOf(control)}: ${inTheWay.flat().map(nameOf).join(', ')} is hit`);
    }
    return found;
  }, size);
}

/** What cannot be told from its ground where the browser allows only the reader's own few colors. */
export async function unseenInForcedColors(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'active' });
  // From here on, the browser shows where the focus is.
  await page.keyboard.press('Shift');
  const found = await page.evaluate(() => {
    const ground = getComputedStyle(document.body).backgroundColor;
    const isShown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      element.getBoundingClientRect().width > 1 &&
      getComputedStyle(element).clipPath === 'none';
    const hasEdge = ({ borderTopWidth, borderTopStyle, borderTopColor }: CSSStyleDeclaration) =>
      borderTopWidth !== '0px' && borderTopStyle !== 'none' && borderTopColor !== ground;
    const hasRing = ({ outlineStyle, outlineWidth, outlineColor }: CSSStyleDeclaration) =>
      outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && outlineColor !== ground;
    const edgeless = [
      ...document.querySelectorAll(
        '.button, .bubble, .to-newest, textarea, dialog, .people, .menu-items, .card, .tag, kbd',
      ),
    ]
      .filter((element) => isShown(element) && !hasEdge(getComputedStyle(element)))
      .map((element) => `no edge: ${element.tagName} ${element.className}`);
    // On a ground that a page insists on, the browser puts the letters on one of its own, where they may not be seen.
    const covered = [...document.querySelectorAll('.button, .to-newest, .notice, .error-message')]
      .filter((element) => {
        const { backgroundColor, forcedColorAdjust } = getComputedStyle(element);
        return isShown(element) && backgroundColor !== ground && forcedColorAdjust !== 'none';
      })
      .map((element) => `covered: ${element.tagName} ${element.className}`);
    const on = document.querySelector('dialog:modal') ?? document;
    const controls = [...on.querySelectorAll<HTMLElement>('a[href], button, input, textarea')].filter(
      isShown,
    );
    const ringless = controls
      .filter((control) => {
        control.focus();
        const around = [
          control,
          control.parentElement,
          control.parentElement?.parentElement,
          control.nextElementSibling,
        ];
        return (
          document.activeElement === control && !around.some((one) => one && hasRing(getComputedStyle(one)))
        );
      })
      .map((control) => `no ring: ${control.tagName} ${control.id} ${control.className}`);
    return [...edgeless, ...covered, ...ringless];
  });
  await page.emulateMedia({ forcedColors: null });
  return found;
}
