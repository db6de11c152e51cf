/** How long rooms and processes wait in a run, in ms. Short runs use shorter waits. */
import type { Edit } from '../support/compiled';

export interface Pace {
  /** How long a dropped connection keeps its place, and an empty room waits. */
  graces: { reconnect: number; empty: number };
  /** How long a person may keep a place whose socket was on a killed process. */
  longestHold: number;
  /** Changes of the source code that make these waits so short. */
  edits: Edit[];
}

/** The waits of the real program. */
export const UNHURRIED: Pace = {
  graces: { reconnect: 5_000, empty: 4_000 },
  longestHold: 60_000 + 15_000 + 2 * 5_000,
  edits: [],
};

/** Dead processes are noticed sooner, and places are held for a shorter time. */
export const HURRIED: Pace = {
  graces: { reconnect: 2_000, empty: 1_500 },
  longestHold: 6_000 + 5_000 + 2 * 1_000,
  edits: [
    ['src/rules/waits.ts', 'PLACE_HOLD = 60_000', 'PLACE_HOLD = 6_000'],
    ['src/services/own-node.ts', 'every: 5_000', 'every: 1_000'],
    ['src/services/own-node.ts', 'stale: 10_000', 'stale: 3_500'],
    ['src/services/other-nodes.ts', 'every: 5_000', 'every: 1_000'],
    ['src/services/other-nodes.ts', 'lapse: 15_000', 'lapse: 5_000'],
  ].map(([file = '', from = '', to = '']) => ({ file, from, to })),
};
