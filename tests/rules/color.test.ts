import fc from 'fast-check';
import { colorOf } from '../../src/rules/color';
import { labOf, nearest } from '../../src/rules/oklab';

const ids = Array.from({ length: 5_000 }, (_, n) => `person-${String(n)}`);

describe('the color of a person', () => {
  it('has enough contrast on white, and on the dark background and surface', () => {
    fc.assert(fc.property(fc.string(), (id) => isReadable(colorOf(id))));
    expect(ids.filter((id) => !isReadable(colorOf(id)))).toEqual([]);
  });

  it('is always the same for the same person', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (id, taken) => {
        expect(colorOf(id, taken)).toBe(colorOf(id, new Set(taken)));
        expect(colorOf(id, taken)).toBe(colorOf(id));
      }),
    );
  });

  it('is easy to tell from those in the room, for six people at least', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 6, maxLength: 6 }), (people) => {
        const taken: string[] = [];
        for (const id of people) {
          const color = colorOf(id, taken);
          expect(distance(color, taken)).toBeGreaterThanOrEqual(0.08);
          taken.push(color);
        }
        expect(taken.filter((color) => !isReadable(color))).toEqual([]);
      }),
    );
  });

  it.each([
    ['#a76431', '#a96331'],
    ['#357d58', '#26845b'],
  ])('is another one than %s for somebody whose own is %s', (taken, own) => {
    const id = ids.find((one) => distance(colorOf(one), [own]) < 0.01) ?? '';
    expect(distance(colorOf(id), [taken])).toBeLessThan(0.08);
    expect(distance(colorOf(id, [taken]), [taken])).toBeGreaterThanOrEqual(0.08);
  });

  it('is as far from the others as can be, when the room is full of people', () => {
    const taken: string[] = [];
    for (const id of ids.slice(0, 40)) taken.push(colorOf(id, taken));
    for (const id of ids.slice(1_000, 1_100)) {
      const own = Array.from({ length: 16 }, (_, n) => colorOf(n === 0 ? id : `${id}:${String(n)}`));
      const chosen = distance(colorOf(id, taken), taken);
      for (const color of own) expect(chosen).toBeGreaterThanOrEqual(distance(color, taken));
    }
  });

  it('is different for each of 500 people in a room', () => {
    const taken: string[] = [];
    for (const id of ids.slice(0, 500)) taken.push(colorOf(id, taken));
    expect(new Set(taken).size).toBe(500);
    expect(taken.filter((color) => !isReadable(color))).toEqual([]);
  });

  it('is a new one each time the earlier ones of a person are taken', () => {
    const taken: string[] = [];
    for (let n = 0; n < 100; n += 1) taken.push(colorOf('somebody', taken));
    expect(new Set(taken).size).toBe(100);
  });

  it('is one that is taken already when all are taken', () => {
    const taken = new Set<string>();
    for (let n = 0; n < 40_000; n += 1) taken.add(colorOf(`anybody ${String(n)}`));
    expect(taken.has(colorOf('late', taken))).toBe(true);
  });

  it('is one of thousands, spread over all hues', () => {
    const colors = new Set(ids.map((id) => colorOf(id)));
    expect(colors.size).toBeGreaterThan(2_000);
    const reddest = (channel: number) =>
      [...colors].filter((color) => channels(color).every((v) => v <= (channels(color)[channel] ?? 0)));
    for (const channel of [0, 1, 2]) expect(reddest(channel).length).toBeGreaterThan(500);
  });
});

describe('OKLab', () => {
  // As CSS Color 4 has them, in its tests.
  it.each([
    ['#ffffff', [1, 0, 0]],
    ['#000000', [0, 0, 0]],
    ['#ff0000', [0.628, 0.225, 0.126]],
    ['#008000', [0.52, -0.14, 0.108]],
    ['#0000ff', [0.452, -0.032, -0.312]],
  ])('has %s at %j', (color, at) => {
    labOf(color).forEach((value, n) => {
      expect(value).toBeCloseTo(at[n] ?? NaN, 2);
    });
  });
});

function distance(color: string, others: string[]): number {
  return nearest(labOf(color), others.map(labOf));
}

function isReadable(color: string): boolean {
  const isColor = /^#[0-9a-f]{6}$/.test(color);
  const isOnWhite = contrast(color, '#ffffff') >= 4.5;
  const isOnDark = contrast(color, '#121317') >= 3 && contrast(color, '#1b1d22') >= 3;
  return isColor && isOnWhite && isOnDark;
}

/** @source https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
