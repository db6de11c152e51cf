import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { SecondTry } from './second-try.mjs';
import { shared } from '../../vitest.config.mjs';

/**
 * The files that look at every state of every page take longest, and are short. They come first, so that in the end no browser
 * is left alone with one of them.
 */
class LongestFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }) => moduleId.includes('/access.');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    ...shared,
    include: ['tests/e2e/**/*.test.ts'],
    // A browser takes a processor for itself.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // A busy machine takes its time with browsers.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Of hundreds of stories in a browser, one may fail by chance on a busy machine. In CI it gets a second try, and is named.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', new SecondTry()],
    // What a page shows may come a moment later than what another page shows.
    expect: { poll: { timeout: 60_000 } },
  },
});
