/** Moves the wall clock in tests: `Date` then gives another time, to our code and to libraries. */

const Real = Date;
let moved = 0;

/** Moves the wall clock by so many ms; back, if negative. The monotonic clock, timers and files' dates do not change. */
export function moveClock(by: number): void {
  moved += by;
  globalThis.Date = moved === 0 ? Real : Moved;
}

/** By how many ms the wall clock is moved now. */
export const clockIsOff = (): number => moved;

const Moved = new Proxy(Real, {
  construct: (target, args) =>
    args.length === 0 ? new target(target.now() + moved) : Reflect.construct<unknown[], Date>(target, args),
  apply: (target) => new target(target.now() + moved).toString(),
  get: (target, name) =>
    name === 'now' ? () => target.now() + moved : (Reflect.get(target, name) as unknown),
});
