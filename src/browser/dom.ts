/** Finding and filling what the server's templates hold. */

/**
 * The one element that the page must have.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [within]
 * @returns {T}
 */
export function find(selector, type, within = document) {
  const element = within.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`${selector} is missing`);
  return element;
}

/**
 * A copy of the blank in `<template id>`.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function clone(id) {
  const blank = find(`#${id}`, HTMLTemplateElement).content.firstElementChild;
  return find('*', HTMLElement, wrap(blank?.cloneNode(true)));
}

/**
 * Writes texts into `[data-slot]` elements.
 * @param {Element} element
 * @param {Record<string, string | number>} texts
 */
export function fill(element, texts) {
  for (const [slot, text] of Object.entries(texts)) {
    find(`[data-slot="${slot}"]`, Element, element).textContent = String(text);
  }
}

/**
 * Before something goes or is hidden: whoever has the focus in it is led on, not thrown back to the page's beginning.
 * @param {Element} going
 * @param {HTMLElement} next
 */
export function leadOn(going, next) {
  if (going.contains(document.activeElement)) next.focus({ preventScroll: true });
}

/** @param {Node | undefined} node */
function wrap(node) {
  const fragment = new DocumentFragment();
  if (node) fragment.append(node);
  return fragment;
}
