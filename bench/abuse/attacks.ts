/** All attacks, in their order. */
import type { Attack } from './attack';
import { attack as billboard } from './billboard';
import { attack as joinsOfAll } from './joins-of-all';
import { attack as neverReading } from './never-reading';
import { attack as pages } from './pages';
import { attack as passwords } from './passwords';
import { attack as refusedEvents } from './refused-events';
import { attack as sharedAddress } from './shared-address';
import { attack as typingStorm } from './typing-storm';
import { attack as uploads } from './uploads';

export const ATTACKS: Record<string, Attack> = {
  'never reading': neverReading,
  'typing storm': typingStorm,
  'refused events': refusedEvents,
  'joins of all': joinsOfAll,
  passwords,
  pages,
  uploads,
  'shared address': sharedAddress,
  billboard,
};
