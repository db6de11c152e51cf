/** Tells when the page comes back from where time passes unnoticed: another tab, a sleep, a tunnel. */

/** A page that was away for less, in ms, missed nothing that would not show by itself. */
const NAP = 30_000;
/** How often the clock is looked at, in ms. */
const TICK = 5_000;

export function onWaking(onWake: () => void): void {
  let seenAt = Date.now();

  /** The page is awake now. */
  function look(): void {
    const slept = Math.abs(Date.now() - seenAt);
    seenAt = Date.now();
    if (slept > NAP) onWake();
  }

  // While a machine sleeps, its timers do, too.
  setInterval(() => {
    if (!document.hidden) look();
  }, TICK);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) seenAt = Date.now();
    else look();
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) onWake();
  });
  // Another network, or none: either way the old connection may be dead without knowing it.
  window.addEventListener('online', onWake);
  window.addEventListener('offline', onWake);
}
