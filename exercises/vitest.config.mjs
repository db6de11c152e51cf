import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.config.mjs';

/** The checks of the exercises. They are red until a student has built what they ask for, so `npm test` does not run them. */
export default defineConfig({
  test: {
    ...shared,
    include: ['exercises/*/check.test.ts'],
    globalSetup: ['tests/support/bundled.ts'],
    // The whole of what was expected and of what came.
    chaiConfig: { truncateThreshold: 0 },
  },
});
