/**
 * Turns every error of a store into the refusal UNAVAILABLE, which people understand. The
 * error is its cause, for the log.
 */
import type { Store } from './store';
import { Refusal } from '../rules/refusal';
import { within } from '../timers';

/** How long a call may take, in ms. A driver that tries again by itself may take far longer. */
const PATIENCE = 5_000;

/** The same store, but a call that fails or takes more than 5 s rejects with the refusal UNAVAILABLE. */
export function refusing(store: Store): Store {
  return { ...store, rooms: guarded(store.rooms), chats: guarded(store.chats), nodes: guarded(store.nodes) };
}

function guarded<Calls extends object>(calls: Calls): Calls {
  return new Proxy(calls, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await within(PATIENCE, Promise.resolve(Reflect.apply(call, target, args)));
        } catch (error) {
          throw new Refusal('UNAVAILABLE', { cause: error });
        }
      };
    },
  });
}
