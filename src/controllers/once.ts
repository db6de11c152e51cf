/**
 * Forms of pages that run no scripts. On a slow line people press a button twice, and the browser sends the form twice. Each
 * page has a hidden field `once` in its forms, of another value each time, by which we know the second one.
 */
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';

/** How long the result of a form is kept for the second one, in ms: longer than the second press of a button may take. */
const KEPT = 15_000;

/** The hidden field of a form; undefined for scripts, which have none. */
export const once = z.uuid().optional().catch(undefined);

/** The value of the hidden field in a new page. */
export const newOnce = (): string => randomUUID();

/**
 * A name for what a form asks for: the same one if the same page sends the same content again. A browser may show a page again
 * from its memory, so other content from that page gets another name. Undefined if the form has no hidden field.
 */
export function nameOf(field: string | undefined, content: string): string | undefined {
  return field === undefined
    ? undefined
    : createHash('sha256').update(`${field} ${content}`).digest('base64url');
}

/**
 * Does the work that a name stands for only once. If it is asked for again within some seconds, in this process, the answer is
 * the result of the first time. Work that failed is done again.
 */
export function createOnce<T>(): (name: string | undefined, work: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (name, work) => {
    if (name === undefined) return work();
    const known = kept.get(name);
    if (known !== undefined) return known;
    const result = work();
    kept.set(name, result);
    const forget = () => kept.delete(name);
    result.then(() => setTimeout(forget, KEPT).unref(), forget);
    return result;
  };
}
