/** Two helpers for waiting: doing work again and again, and waiting for work no longer than some time. */

/** Work that is done again and again. */
export interface Repeated {
  /** Starts no further run. Resolves when the present run has ended, if there is one. */
  stop(): Promise<void>;
}

/**
 * Runs `work` after `ms` milliseconds, and then again and again, always `ms` milliseconds after the last run has ended. The
 * timer does not keep the process alive.
 * @param work must not reject. If it resolves to a number, that is the pause before the next run, in ms.
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

/** Waits for `work`. @throws Error if it takes longer than `ms` milliseconds; the work itself is not stopped. */
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
