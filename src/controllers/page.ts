/** What controllers share to render a page. */
import type { Response } from 'express';

/** Persons' colors, by which the layout makes one `<style>`: those of everything given that has a color or an owner. */
export function colorsOf(...things: { color?: string; owner?: string | boolean }[][]): string[] {
  const colors = things.flat().flatMap(({ color, owner }) => [color, owner]);
  return [...new Set(colors.filter((color) => typeof color === 'string'))];
}

export function render(
  res: Response,
  view: string,
  values: { title: string } & Record<string, unknown>,
): void {
  res.render(view, { colors: [], ...values });
}
