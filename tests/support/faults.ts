/** A store as a network and a bad day make it: slow, away, its answers lost, its writes late. */
import fc from 'fast-check';
import { mongo } from 'mongoose';
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

/** What it is like outside of any store, for the driver. */
let current: Weather | undefined;

export class Weather {
  #next = 0;
  #faults: readonly Fault[] = [];
  readonly #underWay = new Set<Promise<unknown>>();

  begin(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#next = 0;
    current = this; // eslint-disable-line @typescript-eslint/no-this-alias -- the latest is the driver's
  }

  /** All is fine from now on. */
  async end(): Promise<void> {
    this.#faults = [];
    await this.calm();
  }

  /** Resolves when no call is on its way, not even one that its caller gave up. */
  async calm(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
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
        return (...args: unknown[]) =>
          this.call(async (): Promise<unknown> => Reflect.apply(call, target, args));
      },
    });
  }

  /** Calls in this weather. */
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

/** The driver's inserts, by which MongoDB's chats are put away behind a commit, in the weather of the moment. */
export function exposeInserts(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to its collection below
  const { insertMany } = mongo.Collection.prototype;
  jest.spyOn(mongo.Collection.prototype, 'insertMany').mockImplementation(function (
    this: mongo.Collection,
    ...args
  ) {
    const insert = () => Reflect.apply(insertMany, this, args);
    return current?.call(insert) ?? insert();
  });
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
