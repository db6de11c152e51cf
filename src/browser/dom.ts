/** Finds elements of the page, and copies and fills its templates. */

/** The one element that the page must have. @throws when it is missing or of another type */
export function find<T extends Element>(
  selector: string,
  type: new () => T,
  within: ParentNode = document,
): T {
  const element = within.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`${selector} is missing`);
  return element;
}

/** A copy of the element in `<template id>`. */
export function clone(id: string): HTMLElement {
  const { content } = find(`#${id}`, HTMLTemplateElement);
  return find('*', HTMLElement, document.importNode(content, true));
}

/** Writes each text into the `[data-slot]` element of its name. @throws when such an element is missing */
export function fill(element: Element, texts: Record<string, string | number>): void {
  for (const [slot, text] of Object.entries(texts)) {
    find(`[data-slot="${slot}"]`, Element, element).textContent = String(text);
  }
}

/**
 * Call it before an element is removed or hidden. When the focus is in it, the focus moves to `next`. Otherwise the browser
 * would move it back to the page's beginning.
 */
export function leadOn(going: Element, next: HTMLElement): void {
  if (going.contains(document.activeElement)) next.focus({ preventScroll: true });
}

/** Not every browser knows popovers: there the element is a part of the page, and stays. */
export function hidePopover(popover: { hidePopover?: () => void }): void {
  popover.hidePopover?.();
}
