/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  setupFiles: ['../support/silence.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/../support/transform.js' },
  testTimeout: 180_000,
};
