/** A store as a network and a bad day make it: slow, away, its answers lost, its writes late. */
import fc from 'fast-check';
import type { Store } from '../../src/stores/store';

/** What becomes of one call, and how many turns of the event loop it takes before and after. */
export interface Fault {
  before: number;
  after: number;
  /** 'late': the caller hears that it failed, and then it is done. */
  fate: 'fine' | 'fails' | 'answer lost' | 'late';
}
const FINE: Fault = { before: 0, after: 0, fate: 'fine' };

/** The fates of the first calls; all that come later are fine, so that every run ends. */
export const arbitraryFaults: fc.Arbitrary<Fault[]> = fc.array(
  fc.record(
    {
      before: fc.nat(6),
      after: fc.nat(6),
      fate: fc.constantFrom('fine', 'fine', 'fine', 'fine', 'fails', 'answer lost', 'late'),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 150, size: 'max' },
);

export class Weather {
  #next = 0;
  #faults: readonly Fault[] = [];
  readonly #late = new Set<Promise<unknown>>();

  begin(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#next = 0;
  }

  /** All is fine from now on; resolves when no write is on its way any more. */
  async end(): Promise<void> {
    this.#faults = [];
    await Promise.all(this.#late);
  }

  /** The same store, in this weather. */
  over(store: Store): Store {
    return { ...store, rooms: this.#exposed(store.rooms), chats: this.#exposed(store.chats) };
  }

  #exposed<Calls extends object>(calls: Calls): Calls {
    return new Proxy(calls, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== 'function') return call;
        return (...args: unknown[]) => this.#call(async () => Reflect.apply(call, target, args) as unknown);
      },
    });
  }

  async #call(call: () => Promise<unknown>): Promise<unknown> {
    const { before, after, fate } = this.#faults[this.#next++] ?? FINE;
    if (fate === 'late') {
      const late = turns(before + after)
        .then(call)
        .catch(() => undefined)
        .finally(() => this.#late.delete(late));
      this.#late.add(late);
      await turns(before);
      throw new Error('given up');
    }
    await turns(before);
    if (fate === 'fails') throw new Error('away');
    const answer = await call();
    await turns(after);
    if (fate === 'answer lost') throw new Error('the answer was lost');
    return answer;
  }
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
