/** A small chart of four lines that grow to the right. */
import { find } from '../dom';
import { WAYS } from './incoming';
import type { Way } from '../../types/lab';

/** The drawing's own units: the template's `viewBox`, and room for the lines' width at the edges. */
const WIDTH = 240;
const HEIGHT = 96;
const MARGIN = 3;

interface Chart {
  /** Adds a point to each line, `at` this second. A line without a value repeats its last one. */
  add: (at: number, values: Record<Way, number | undefined>) => void;
  clear: () => void;
}

/**
 * @param name the value of `data-chart` in the template
 * @param seconds how many seconds the width of the chart shows
 * @param format makes a text of the highest value
 */
export function createChart(name: string, seconds: number, format: (value: number) => string): Chart {
  const svg = find(`[data-chart="${name}"]`, SVGSVGElement);
  const most = find(`[data-most="${name}"]`, HTMLElement);
  const lines = WAYS.map((way) => ({
    way,
    line: find(`[data-way="${way}"]`, SVGPolylineElement, svg),
    points: new Array<{ at: number; value: number }>(),
  }));

  function draw(): void {
    const highest = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ value }) => value)));
    for (const { line, points } of lines) {
      const places = points.map(({ at, value }) => {
        const x = MARGIN + (at / seconds) * (WIDTH - 2 * MARGIN);
        const y = HEIGHT - MARGIN - (value / highest) * (HEIGHT - 2 * MARGIN);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      });
      line.setAttribute('points', places.join(' '));
    }
    most.textContent = lines.some(({ points }) => points.length > 0) ? format(highest) : '';
  }

  return {
    add(at, values) {
      for (const { way, points } of lines) {
        const value = values[way] ?? points.at(-1)?.value;
        if (value !== undefined) points.push({ at, value });
      }
      draw();
    },
    clear() {
      for (const { points } of lines) points.length = 0;
      draw();
    },
  };
}
