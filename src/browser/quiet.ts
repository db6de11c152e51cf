/** Changes that screen readers do not announce. */

/** Lets `change` change what is in these logs, which screen readers would announce as news otherwise. */
export function quietly(logs: Iterable<Element>, change: () => void): void {
  const changed = [...logs];
  for (const log of changed) log.setAttribute('aria-live', 'off');
  change();
  // Screen readers look at a log a moment after it changed.
  setTimeout(() => {
    for (const log of changed) log.removeAttribute('aria-live');
  }, 500);
}
