/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Types are checked by `npm run typecheck`; here they would only cost time.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tests/tsconfig.json', diagnostics: false }] },
  // One browser at a time.
  maxWorkers: 1,
  // A busy machine takes its time with browsers.
  testTimeout: 180_000,
};
