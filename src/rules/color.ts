/** The color of a person: made from their id, and readable on the light page and on the dark page. */
import ColorHash from 'color-hash';

/**
 * The relative luminances of our colors; the hash of the id chooses one of them. At most 0.183 gives a contrast of 4.5:1
 * on white, and at least 0.137 gives a contrast of 3:1 on the dark surface #1b1d22 and the dark background #121317.
 * @source https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
const LUMINANCES = [0.144, 0.16, 0.176];
const SATURATIONS = [0.4, 0.55, 0.7];
/** There are about 3,200 colors and at most 500 people in a room, so a free color is found long before this. */
const MAX_TRIES = 10_000;

const hash = new ColorHash({ saturation: SATURATIONS, lightness: LUMINANCES });

/**
 * The color of this id as `#rrggbb`. The same arguments always give the same color: the color of `id`, or, if that is in
 * `taken`, the first color of `id:1`, `id:2` … that is not. When thousands of colors are taken, the search stops and one
 * color is used twice.
 */
export function colorOf(id: string, taken: Iterable<string> = []): string {
  const others = new Set(taken);
  let color = candidate(id);
  for (let n = 1; others.has(color) && n < MAX_TRIES; n += 1) color = candidate(`${id}:${String(n)}`);
  return color;
}

/**
 * The color of a text. The same lightness looks bright in yellow and dark in blue, so the hash does not choose a lightness
 * but a luminance. We search for the lightness that has this luminance.
 */
function candidate(id: string): string {
  const [hue, saturation, luminance] = hash.hsl(id);
  let [darker, lighter] = [0, 1];
  for (let step = 0; step < 12; step += 1) {
    const middle = (darker + lighter) / 2;
    if (luminanceOf(rgb(hue, saturation, middle)) < luminance) darker = middle;
    else lighter = middle;
  }
  const bytes = rgb(hue, saturation, lighter).map((value) => Math.round(value * 255));
  return `#${Buffer.from(bytes).toString('hex')}`;
}

type Rgb = [red: number, green: number, blue: number];

/** Red, green and blue, each from 0 to 1. @source https://www.w3.org/TR/css-color-4/#hsl-to-rgb */
function rgb(hue: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

/** @source https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminanceOf(color: Rgb): number {
  const light = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = color;
  return 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
}
