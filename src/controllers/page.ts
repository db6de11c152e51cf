/** Helpers to render pages, for all controllers. */
import type { Response } from 'express';
import { newOnce } from './once';

/**
 * All colors that these lists have as a `color` or an `owner`, each once. The layout makes
 * one `<style>` element with them.
 */
export function colorsOf(...things: { color?: string; owner?: string | boolean }[][]): string[] {
  const colors = things.flat().flatMap(({ color, owner }) => [color, owner]);
  return [...new Set(colors.filter((color) => typeof color === 'string'))];
}

/** Renders a view with these values. */
export function render(
  res: Response,
  view: string,
  values: { title: string } & Record<string, unknown>,
): void {
  res.render(view, { colors: [], once: newOnce(), ...values });
}
