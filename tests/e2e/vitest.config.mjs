import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.mjs';

export default defineConfig({
  test: {
    ...shared,
    include: ['tests/e2e/**/*.test.ts'],
    // A browser takes a processor for itself.
    maxWorkers: 2,
    // A busy machine takes its time with browsers.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What a page shows may come a moment later than what another page shows.
    expect: { poll: { timeout: 60_000 } },
  },
});
