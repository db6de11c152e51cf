/** Everything can be hit by a finger. */
import { canBeHitByAFinger } from './support/access';

canBeHitByAFinger();
