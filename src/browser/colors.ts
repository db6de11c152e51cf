/** People's colors. The CSP allows no style attributes, so each color gets one rule in the page's style sheet. */
import { find } from './dom';

const { sheet } = find('#colors', HTMLStyleElement);
/** The rules that the server wrote begin with `[data-color="#rrggbb"]`, where the color stands at 13 to 20. */
const known = new Set([...(sheet?.cssRules ?? [])].map((rule) => rule.cssText.slice(13, 20)));

/** Gives an element, and everything in it, the color of a person. @param color `#rrggbb` */
export function paint(element: Element, color: string): void {
  addColor(color);
  element.setAttribute('data-color', color);
}

/** Adds the rule of a color, if the page does not have it yet. @param color is ignored unless it is `#rrggbb` */
export function addColor(color: string): void {
  if (known.has(color) || !/^#[0-9a-f]{6}$/.test(color)) return;
  known.add(color);
  sheet?.insertRule(`[data-color="${color}"]{--person:${color}}`);
}
