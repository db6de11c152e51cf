/** All attacks, in their order. */
import type { Attack } from './attack';
import { attack as joinsOfAll } from './joins-of-all';
import { attack as neverReading } from './never-reading';
import { attack as refusedEvents } from './refused-events';
import { attack as typingStorm } from './typing-storm';

export const ATTACKS: Record<string, Attack> = {
  'never reading': neverReading,
  'typing storm': typingStorm,
  'refused events': refusedEvents,
  'joins of all': joinsOfAll,
};
