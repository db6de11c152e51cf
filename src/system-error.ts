/**
 * The code of what Node or the system threw (`ENOENT`, `EADDRINUSE` …), '' when it has none. By its shape and not by
 * its class, which is another one wherever code runs in a context of its own, as tests do.
 */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
