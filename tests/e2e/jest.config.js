/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '<rootDir>/../support/transform.js' },
  // One browser at a time.
  maxWorkers: 1,
  // A busy machine takes its time with browsers.
  testTimeout: 180_000,
};
