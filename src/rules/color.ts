/** The color of a person: made from their id, readable on the light page and on the dark page, and unlike others'. */
import { hash as digest } from 'node:crypto';
import ColorHash from 'color-hash';
import { labOf, linear, nearest, type Lab } from './oklab';

/**
 * The relative luminances of our colors; the hash of the id chooses one of them. At most 0.183 gives a contrast of 4.5:1
 * on white, and at least 0.137 gives a contrast of 3:1 on the dark surface #1b1d22 and the dark background #121317.
 * @source https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
const LUMINANCES = [0.144, 0.16, 0.176];
const SATURATIONS = [0.4, 0.55, 0.7];
/**
 * Two colors with this distance in OKLab can be told apart at a glance. All our colors are about equally light, so only
 * about ten of them can be this far from one another.
 */
const FAR = 0.08;
/** So many colors of a person are compared with those in the room. Each is compared with everybody there. */
const CANDIDATES = 64;
/** There are about 3,200 colors and at most 500 people in a room, so a free color is found long before this. */
const MAX_TRIES = 10_000;

const hash = new ColorHash({
  saturation: SATURATIONS,
  lightness: LUMINANCES,
  // The library's own hash, but computed by Node, which takes a twentieth of the time.
  hash: (text) => Number.parseInt(digest('sha256', text).slice(0, 8), 16),
});
/** What was computed before. Both hold at most our 3,200 colors, since nobody can choose another one. */
const colors = new Map<string, string>();
const labs = new Map<string, Lab>();

/**
 * The color of this id as `#rrggbb`. The same arguments always give the same color: the first of the colors of `id`,
 * `id:1`, `id:2` … whose distance to all in `taken` is at least 0.08. If none of the first 64 has it, the one of them with
 * the greatest distance. If all 64 are taken, the next one that is not. When thousands of colors are taken, the search
 * stops and one color is used twice.
 */
export function colorOf(id: string, taken: Iterable<string> = []): string {
  const others = Array.from(taken, positionOf);
  let best = candidate(id);
  let distance = nearest(positionOf(best), others);
  for (let n = 1; distance < FAR && (n < CANDIDATES || (distance === 0 && n < MAX_TRIES)); n += 1) {
    const next = candidate(`${id}:${String(n)}`);
    const itsDistance = nearest(positionOf(next), others);
    if (itsDistance > distance) [best, distance] = [next, itsDistance];
  }
  return best;
}

function candidate(id: string): string {
  const [hue, saturation, luminance] = hash.hsl(id);
  const key = `${String(hue)} ${String(saturation)} ${String(luminance)}`;
  let color = colors.get(key);
  if (color === undefined) colors.set(key, (color = hexOf(hue, saturation, luminance)));
  return color;
}

/** Where this color is in OKLab. */
function positionOf(color: string): Lab {
  let lab = labs.get(color);
  if (lab === undefined) labs.set(color, (lab = labOf(color)));
  return lab;
}

/**
 * The same lightness looks bright in yellow and dark in blue, so the hash does not choose a lightness but a luminance. We
 * search for the lightness that has this luminance.
 */
function hexOf(hue: number, saturation: number, luminance: number): string {
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
function luminanceOf([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
