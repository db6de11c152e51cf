/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  setupFiles: ['../support/silence.ts'],
  // Types are checked by `npm run typecheck`; here they would only cost time.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tests/tsconfig.json', diagnostics: false }] },
  testTimeout: 180_000,
};
