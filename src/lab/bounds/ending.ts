/** Why the lab ends a connection or refuses one. */
import type { Words } from '../../locales';

export type Ending = keyof Words['endings'];

/** The WebSocket's close code for each. @source https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const CLOSE_CODES: Record<Ending, number> = {
  timeIsUp: 1000,
  over: 1000,
  stopping: 1001,
  silent: 1002,
  badFrame: 1002,
  binary: 1003,
  badText: 1007,
  unknown: 1008,
  tooFast: 1008,
  tooBusy: 1013,
  tooMany: 1008,
  tooManyHere: 1008,
  tooLarge: 1009,
  full: 1013,
  storeAway: 1013,
};

/** What is wrong with frames that `ws` refuses by itself, by the code with which it closes. */
export const FRAME_FAULTS: ReadonlyMap<number | undefined, Ending> = new Map(
  (['badFrame', 'badText', 'unknown', 'tooLarge'] as const).map((ending) => [CLOSE_CODES[ending], ending]),
);
