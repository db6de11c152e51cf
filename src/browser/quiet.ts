/** Runs `change`, which changes these logs. Screen readers do not announce that, unlike other changes of a log. */
export function quietly(logs: Iterable<Element>, change: () => void): void {
  const changed = [...logs];
  for (const log of changed) log.setAttribute('aria-live', 'off');
  change();
  // Screen readers look at a log a moment after it changed.
  setTimeout(() => {
    for (const log of changed) log.removeAttribute('aria-live');
  }, 500);
}
