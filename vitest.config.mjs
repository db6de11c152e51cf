import { availableParallelism } from 'node:os';
import process from 'node:process';
import { defineConfig } from 'vitest/config';

/** What all tests of this project have in common. */
export const shared = {
  globals: true,
  setupFiles: ['tests/support/silence.ts'],
  pool: 'forks',
  // A worker loads the program once for all its test files, as it would take longer than most of them to load it for each.
  isolate: false,
  // Tests make many objects that are needed for a moment only. V8 stops less often to collect them if it has more memory.
  execArgv: ['--max-semi-space-size=64'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** Whole files that are about nothing but MongoDB: with a server alone. */
const NEEDS_MONGO = process.env.MONGO_URL ? [] : ['tests/tools/move.test.ts'];

export default defineConfig({
  test: {
    ...shared,
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/{e2e,deploy}/**', ...NEEDS_MONGO],
    globalSetup: ['tests/support/bundled.ts'],
    // Most tests wait longer than they work.
    maxWorkers: 5 * availableParallelism(),
  },
});
