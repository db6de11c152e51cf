/**
 * The code of an error that Node or the system threw (`ENOENT`, `EADDRINUSE` …); '' if it has none. `instanceof Error`
 * would fail for errors from another context of V8, so we look for the field.
 */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** The message of an error, for a line of the log or an answer; the value itself as text if it is no error. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
