/** Whether this page has its place in the room: it joins, it is ready, or it is offline. */

type State = 'joining' | 'ready' | 'offline';

/** A page begins with joining. @param patience how long what waits for the end of joining waits at most, in ms */
export function createReadiness(patience: number) {
  let state: State = 'joining';
  const waiting = new Set<() => void>();

  return {
    isReady: () => state === 'ready',

    set(next: State): void {
      state = next;
      if (state !== 'joining') for (const goOn of waiting) goOn();
    },

    /** Calls this when the page is ready or offline, or when the patience ends; at once if the page does not join. */
    afterJoining(act: () => void): void {
      if (state !== 'joining') {
        act();
        return;
      }
      const goOn = () => {
        clearTimeout(timer);
        waiting.delete(goOn);
        act();
      };
      const timer = setTimeout(goOn, patience);
      waiting.add(goOn);
    },
  };
}
