import fc from 'fast-check';
import { colorOf } from '../../src/rules/color';

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
