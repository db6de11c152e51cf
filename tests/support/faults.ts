/** A store behind a bad network: its calls are slow, fail, lose their answer, or take effect late. */
import fc from 'fast-check';
import { mongo } from 'mongoose';
import { vi } from 'vitest';
import type { Store } from '../../src/stores/store';

/** What happens to one call. `before` and `after` say by how many turns of the event loop it is delayed. */
export interface Fault {
  before: number;
  after: number;
  /** With 'late' the caller is told that the call failed, and afterwards it takes effect. */
  fate: 'fine' | 'fails' | 'answer lost' | 'late';
}
const FINE: Fault = { before: 0, after: 0, fate: 'fine' };

/** The faults of the first calls. All later calls succeed, so that every run comes to an end. */
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

/** The weather in which the MongoDB driver's own inserts happen; see `exposeInserts`. */
let current: Weather | undefined;

export class Weather {
  #next = 0;
  #faults: readonly Fault[] = [];
  readonly #underWay = new Set<Promise<unknown>>();

  begin(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#next = 0;
    current = this; // eslint-disable-line @typescript-eslint/no-this-alias -- the newest one also applies to the driver
  }

  /** From now on, all calls succeed; resolves when the earlier ones have ended. */
  async end(): Promise<void> {
    this.#faults = [];
    await this.calm();
  }

  /** Resolves when no call is under way, not even one for which its caller no longer waits. */
  async calm(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** The same store, but its calls suffer these faults. */
  over(store: Store): Store {
    return { ...store, rooms: this.#exposed(store.rooms), chats: this.#exposed(store.chats) };
  }

  #exposed<Calls extends object>(calls: Calls): Calls {
    return new Proxy(calls, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== 'function') return call;
        return (...args: unknown[]) =>
          this.call(async (): Promise<unknown> => Reflect.apply(call, target, args));
      },
    });
  }

  /** Makes a call that suffers the next fault. */
  call<T>(call: () => Promise<T>): Promise<T> {
    return this.#track(this.#suffer(this.#faults[this.#next++] ?? FINE, call));
  }

  async #suffer<T>({ before, after, fate }: Fault, call: () => Promise<T>): Promise<T> {
    await turns(before);
    if (fate === 'late') void this.#track(turns(after).then(call));
    if (fate === 'late' || fate === 'fails') throw new Error('away');
    const answer = await call();
    await turns(after);
    if (fate === 'answer lost') throw new Error('the answer was lost');
    return answer;
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done = work.catch(() => undefined).finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return work;
  }
}

/** The MongoDB store inserts chats in the background after a commit. Lets these inserts suffer the faults, too. */
export function exposeInserts(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to its collection below
  const { insertMany } = mongo.Collection.prototype;
  vi.spyOn(mongo.Collection.prototype, 'insertMany').mockImplementation(function (
    this: mongo.Collection,
    ...args
  ) {
    const insert = () => Reflect.apply(insertMany, this, args);
    return current?.call(insert) ?? insert();
  });
}

/** Waits for so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
