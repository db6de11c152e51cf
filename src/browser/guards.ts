/** Checks of values that come from the server: small guards, from which larger ones are made. */

export type Guard<T> = (value: unknown) => value is T;

export const isString: Guard<string> = (value) => typeof value === 'string';
export const isNumber: Guard<number> = (value) => typeof value === 'number';
export const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';

/** Only this value passes. */
export function is<const T>(only: T): Guard<T> {
  return (value): value is T => value === only;
}

/** A list passes if each of its items does. */
export function listOf<T>(item: Guard<T>): Guard<T[]> {
  return (value) => Array.isArray(value) && value.every(item);
}

/** Undefined passes, too. */
export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

/** An object with these fields passes, and may have more. */
export function shape<T extends object>(fields: { [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const guards = Object.entries<Guard<unknown>>(fields);
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    guards.every(([name, guard]) => guard(fieldOf(value, name)));
}

function fieldOf(value: object, name: string): unknown {
  return Reflect.get(value, name);
}
