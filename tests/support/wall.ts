/** The machine's wall clock, for tests that move it: who asks for the date is told another, libraries as well as we. */

const Real = Date;
let moved = 0;

/** Moves the wall clock on by so many ms, or back; the monotonic clock, timers and the disk's dates stay as they are. */
export function moveClock(by: number): void {
  moved += by;
  globalThis.Date = moved === 0 ? Real : Moved;
}

/** By how much it is off, in ms. */
export const clockIsOff = (): number => moved;

const Moved = new Proxy(Real, {
  construct: (target, args) =>
    args.length === 0 ? new target(target.now() + moved) : Reflect.construct<unknown[], Date>(target, args),
  apply: (target) => new target(target.now() + moved).toString(),
  get: (target, name) =>
    name === 'now' ? () => target.now() + moved : (Reflect.get(target, name) as unknown),
});
