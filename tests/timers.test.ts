import { vi } from 'vitest';
import { every, within } from '../src/timers';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A promise that the test resolves or rejects. */
function pending<T>() {
  let end: (result: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { promise, end: (result: T) => end(result), fail: (error: Error) => fail(error) };
}

describe('repeated work', () => {
  /** Work that is repeated every second. A run ends when the test calls `end`. */
  function aRepeated() {
    const runs: ReturnType<typeof pending<number | undefined>>[] = [];
    const repeated = every(1_000, () => {
      const run = pending<number | undefined>();
      runs.push(run);
      return run.promise;
    });
    const end = async (pause?: number) => {
      runs.at(-1)?.end(pause);
      await vi.advanceTimersByTimeAsync(0);
    };
    return { repeated, end, count: () => runs.length };
  }

  it('begins after the pause, and again that long after each run has ended', async () => {
    const { end, count } = aRepeated();
    await vi.advanceTimersByTimeAsync(999);
    expect(count()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
    await end();
    await vi.advanceTimersByTimeAsync(999);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(2);
  });

  it.each([10, 5_000])('may ask for another pause once, here %d ms', async (pause) => {
    const { end, count } = aRepeated();
    await vi.advanceTimersByTimeAsync(1_000);
    await end(pause);
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(2);
    await end();
    await vi.advanceTimersByTimeAsync(999);
    expect(count()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(3);
  });

  it('never begins if it was stopped before', async () => {
    const { repeated, count } = aRepeated();
    await repeated.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(0);
  });

  it('has stopped when the run under way has ended, and does not begin again', async () => {
    const { repeated, end, count } = aRepeated();
    await vi.advanceTimersByTimeAsync(1_000);
    let hasStopped = false;
    void repeated.stop().then(() => (hasStopped = true));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hasStopped).toBe(false);
    await end(0);
    expect(hasStopped).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin again if it is stopped in a pause', async () => {
    const { repeated, end, count } = aRepeated();
    await vi.advanceTimersByTimeAsync(1_000);
    await end();
    await repeated.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
  });
});

describe('work with a time limit', () => {
  it('gives what it resolves to, and leaves no timer behind', async () => {
    await expect(within(1_000, Promise.resolve('done'))).resolves.toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails as the work fails, and leaves no timer behind', async () => {
    await expect(within(1_000, Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails when the time is over, naming the limit, and a later failure of the work is handled', async () => {
    const { promise, fail } = pending<never>();
    const waited = expect(within(2_000, promise)).rejects.toThrow('no answer within 2 s');
    await vi.advanceTimersByTimeAsync(2_000);
    await waited;
    // The work fails only now. Without a handler Node would report an unhandled rejection.
    fail(new Error('much later'));
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives a result that comes just before the limit', async () => {
    const { promise, end } = pending<string>();
    const waited = within(2_000, promise);
    await vi.advanceTimersByTimeAsync(1_999);
    end('just in time');
    await expect(waited).resolves.toBe('just in time');
  });
});
