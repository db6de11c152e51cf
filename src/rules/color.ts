/** The color that people see somebody as: from their id, readable on the light page and on the dark one. */
import ColorHash from 'color-hash';

/**
 * Relative luminances between which a color has ≥ 4.5:1 on white (at most 0.183) and ≥ 3:1 on the dark surface #1b1d22
 * (at least 0.137) and background #121317; the hash chooses one, as it does hue and saturation.
 * @source https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
const LUMINANCES = [0.144, 0.16, 0.176];
const SATURATIONS = [0.4, 0.55, 0.7];
/** Far more than it takes to miss 500 taken colors among some 3,200. */
const MAX_TRIES = 10_000;

const hash = new ColorHash({ saturation: SATURATIONS, lightness: LUMINANCES });

/**
 * A `#rrggbb` for this id, always the same one: that of `id`, or else the first of `id:1`, `id:2` … that is not in
 * `taken`. It always ends: a color is given twice rather than none when thousands are taken.
 */
export function colorOf(id: string, taken: Iterable<string> = []): string {
  const others = new Set(taken);
  let color = candidate(id);
  for (let n = 1; others.has(color) && n < MAX_TRIES; n += 1) color = candidate(`${id}:${String(n)}`);
  return color;
}

/** The same lightness looks bright in yellow and dark in blue, so the hash chooses the luminance instead. */
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

/** Red, green and blue, 0 to 1. @source https://www.w3.org/TR/css-color-4/#hsl-to-rgb */
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
