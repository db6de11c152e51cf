/** The two ways in which this program waits: again and again, and no longer than so long. */

/** Work that is done again and again. */
export interface Repeated {
  /** Starts no further run; resolves when the one under way, if any, has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `work` in `ms` milliseconds, and again that long after each run has ended, until it is stopped. The timer alone
 * keeps no process alive.
 * @param work handles its own errors; it may return another pause, in ms, for this once.
 */
export function every(ms: number, work: () => Promise<number | undefined>): Repeated {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, ms).unref();

  function run(): void {
    running = work().then((pause = ms) => {
      if (!isStopped) timer = setTimeout(run, pause).unref();
    });
  }

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** What `work` resolves to. @throws Error when that takes longer than `ms` milliseconds; the work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(ms / 1_000)} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
