/** Whole files that are about nothing but MongoDB: with a server alone. */
const NEEDS_MONGO = process.env.MONGO_URL ? [] : ['<rootDir>/tests/tools/move.test.ts'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  globalSetup: '<rootDir>/tests/support/bundled.ts',
  setupFiles: ['<rootDir>/tests/support/silence.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/tests/e2e/',
    '<rootDir>/tests/deploy/',
    ...NEEDS_MONGO,
  ],
  // Types are checked by `npm run typecheck`; here they would only cost time.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tests/tsconfig.json', diagnostics: false }] },
  testTimeout: 30_000,
  // Most tests wait longer than they work.
  maxWorkers: '200%',
};
