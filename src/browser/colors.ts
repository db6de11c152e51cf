/** People's colors. The CSP allows no style attributes, so each color gets one rule in the page's style sheet. */
import { find } from './dom';

const { sheet } = find('#colors', HTMLStyleElement);
const known = new Set([...(sheet?.cssRules ?? [])].map((rule) => rule.cssText.slice(13, 20)));

/** Shows an element, and what is in it, as somebody's. @param color `#rrggbb` */
export function paint(element: Element, color: string): void {
  addColor(color);
  element.setAttribute('data-color', color);
}

/** @param color is ignored unless it is `#rrggbb` */
export function addColor(color: string): void {
  if (known.has(color) || !/^#[0-9a-f]{6}$/.test(color)) return;
  known.add(color);
  sheet?.insertRule(`[data-color="${color}"]{--person:${color}}`);
}
