import { every, within } from '../src/timers';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Something that ends when the test says so. */
function pending<T>() {
  let end: (result: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { promise, end: (result: T) => end(result), fail: (error: Error) => fail(error) };
}

describe('work that is done again and again', () => {
  /** Work that is done every second; each run ends when `end` is called. */
  function aRepeated() {
    const runs: ReturnType<typeof pending<number | undefined>>[] = [];
    const repeated = every(1_000, () => {
      const run = pending<number | undefined>();
      runs.push(run);
      return run.promise;
    });
    const end = async (pause?: number) => {
      runs.at(-1)?.end(pause);
      await jest.advanceTimersByTimeAsync(0);
    };
    return { repeated, end, count: () => runs.length };
  }

  it('begins after the pause, and a run begins only that long after the one before has ended', async () => {
    const { end, count } = aRepeated();
    await jest.advanceTimersByTimeAsync(999);
    expect(count()).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(count()).toBe(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
    await end();
    await jest.advanceTimersByTimeAsync(999);
    expect(count()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(count()).toBe(2);
  });

  it.each([10, 5_000])('may ask for another pause, of %d ms, for once', async (pause) => {
    const { end, count } = aRepeated();
    await jest.advanceTimersByTimeAsync(1_000);
    await end(pause);
    await jest.advanceTimersByTimeAsync(pause - 1);
    expect(count()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(count()).toBe(2);
    await end();
    await jest.advanceTimersByTimeAsync(999);
    expect(count()).toBe(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(count()).toBe(3);
  });

  it('is never done when it was stopped before it began', async () => {
    const { repeated, count } = aRepeated();
    await repeated.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(0);
  });

  it('has stopped when the run under way has ended, and no other begins', async () => {
    const { repeated, end, count } = aRepeated();
    await jest.advanceTimersByTimeAsync(1_000);
    let hasStopped = false;
    void repeated.stop().then(() => (hasStopped = true));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(hasStopped).toBe(false);
    await end(0);
    expect(hasStopped).toBe(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not done again when it is stopped in a pause', async () => {
    const { repeated, end, count } = aRepeated();
    await jest.advanceTimersByTimeAsync(1_000);
    await end();
    await repeated.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
  });
});

describe('work that may not take longer than so long', () => {
  it('gives what it resolves to, and leaves no timer behind', async () => {
    await expect(within(1_000, Promise.resolve('done'))).resolves.toBe('done');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('fails as the work fails, and leaves no timer behind', async () => {
    await expect(within(1_000, Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('fails when the time is over, and says which; the end of the work is not missed then', async () => {
    const { promise, fail } = pending<never>();
    const waited = expect(within(2_000, promise)).rejects.toThrow('no answer within 2 s');
    await jest.advanceTimersByTimeAsync(2_000);
    await waited;
    // A failure after that must not count as one that nobody handled.
    fail(new Error('much later'));
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is waited for until then', async () => {
    const { promise, end } = pending<string>();
    const waited = within(2_000, promise);
    await jest.advanceTimersByTimeAsync(1_999);
    end('just in time');
    await expect(waited).resolves.toBe('just in time');
  });
});
