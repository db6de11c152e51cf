/** What people are told when a store fails: that it is away, whatever it threw. The cause goes along, for the log. */
import type { Store } from './store';
import { Refusal } from '../rules/refusal';

/** The same store; a call that fails rejects with the refusal UNAVAILABLE. */
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
          return await Reflect.apply(call, target, args);
        } catch (error) {
          throw new Refusal('UNAVAILABLE', { cause: error });
        }
      };
    },
  });
}
