/** Notices when the page was away (hidden, asleep or without a network), so that its connection may have died meanwhile. */

/** After a shorter time away, in ms, nothing has to be checked. */
const NAP = 30_000;
/** How often the clock is looked at, in ms. */
const TICK = 5_000;

/** Calls `onWake` each time the page comes back, as long as the page lives. */
export function onWaking(onWake: () => void): void {
  let seenAt = Date.now();

  /** Is called while the page is awake. */
  function look(): void {
    const slept = Math.abs(Date.now() - seenAt);
    seenAt = Date.now();
    if (slept > NAP) onWake();
  }

  // Timers stand still while the machine sleeps, so the clock shows how long it slept.
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
  // The network changed, so the old connection may be dead without knowing it.
  window.addEventListener('online', onWake);
  window.addEventListener('offline', onWake);
}
