/** Whether this page has its place in the room: it joins, it is ready, or it is offline. */

type State = 'joining' | 'ready' | 'offline';

/** A page begins with joining. @param patience how long those who wait for the end of joining wait at most, in ms */
export function createReadiness(patience: number) {
  let state: State = 'joining';
  const waiting = new Set<() => void>();

  return {
    isReady: () => state === 'ready',

    set(next: State): void {
      state = next;
      if (state !== 'joining') for (const goOn of waiting) goOn();
    },

    /** Resolves when the page is ready or offline, or when the patience ends. */
    async afterJoining(): Promise<void> {
      if (state !== 'joining') return;
      await new Promise<void>((resolve) => {
        const goOn = () => {
          clearTimeout(timer);
          waiting.delete(goOn);
          resolve();
        };
        const timer = setTimeout(goOn, patience);
        waiting.add(goOn);
      });
    },
  };
}
