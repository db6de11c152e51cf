/** Services without sockets: nobody is told anything, and nobody is there. */
import type { Tell } from '../../src/services';

export const QUIET: Tell = {
  created: () => undefined,
  removed: () => undefined,
  counted: () => undefined,
  committed: () => undefined,
  seen: () => undefined,
  behind: () => undefined,
  whispered: () => undefined,
  typed: () => undefined,
  known: () => new Map(),
  held: () => [],
};
