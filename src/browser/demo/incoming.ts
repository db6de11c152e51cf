/** Reads what the lab's server sends as JSON. Each function returns undefined when the text is not what it should be. */
import type { Cost, Count, Crowd, RunReport, Way } from '../../types/lab';

/** The four ways of a comparison, in the order of the page. */
export const WAYS: readonly Way[] = ['short', 'long', 'events', 'socket'];

/** The counter of a comparison. */
export function readCount(text: string): Count | undefined {
  const value = parse(text);
  return hasNumbers(value, 'count', 'at') ? value : undefined;
}

/** How many clients the page about bare WebSockets has. */
export function readCrowd(text: string): Crowd | undefined {
  const value = parse(text);
  return hasNumbers(value, 'clients', 'lately', 'replies') ? value : undefined;
}

/** What each way of a comparison has cost so far. */
export function readReport(text: string): RunReport | undefined {
  const value = parse(text);
  if (!hasNumbers(value, 'now') || !('costs' in value)) return undefined;
  const { now, costs } = value;
  return isCosts(costs) ? { now, costs } : undefined;
}

/** The id of a comparison that was started. */
export function readRunId(text: string): string | undefined {
  const value = parse(text);
  const isId = isObject(value) && 'id' in value && typeof value.id === 'string';
  return isId ? String(value.id) : undefined;
}

/** The text of an error: why the server refused a request. */
export function readRefusal(text: string): string | undefined {
  const value = parse(text);
  const error = isObject(value) && 'error' in value ? value.error : undefined;
  return isObject(error) && 'message' in error ? String(error.message) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCosts(value: unknown): value is Record<Way, Cost> {
  if (!isObject(value)) return false;
  const costs = new Map(Object.entries(value));
  return WAYS.every((way) => hasNumbers(costs.get(way), 'requests', 'up', 'down'));
}

function hasNumbers<K extends string>(value: unknown, ...names: K[]): value is Record<K, number> {
  if (!isObject(value)) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return names.every((name) => typeof fields.get(name) === 'number');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
