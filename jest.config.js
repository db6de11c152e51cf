const { availableParallelism } = require('node:os');

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
  transform: { '^.+\\.ts$': '<rootDir>/tests/support/transform.js' },
  testTimeout: 60_000,
  // Most tests wait longer than they work.
  maxWorkers: 2 * availableParallelism(),
};
