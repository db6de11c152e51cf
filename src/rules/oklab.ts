/**
 * Colors in OKLab, where equal distances look about equally large.
 * @source https://bottosson.github.io/posts/oklab/#converting-from-linear-srgb-to-oklab
 */

/** The lightness, from 0 to 1, and how far the color is from gray towards red and towards yellow. */
export type Lab = readonly [lightness: number, a: number, b: number];

/** Converts a color to OKLab. @param hex `#rrggbb` */
export function labOf(hex: string): Lab {
  const channel = (at: number) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = [channel(1), channel(3), channel(5)];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The distance from a color to the nearest of the others; infinite if there are none. */
export function nearest([lightness, a, b]: Lab, others: readonly Lab[]): number {
  let least = Infinity;
  for (const other of others) {
    const square = (lightness - other[0]) ** 2 + (a - other[1]) ** 2 + (b - other[2]) ** 2;
    if (square < least) least = square;
  }
  return Math.sqrt(least);
}

/** The light of a red, green or blue channel, from 0 to 1. @source https://www.w3.org/TR/css-color-4/#color-conversion-code */
export function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
