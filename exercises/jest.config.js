const shared = require('../jest.config.js');

/**
 * The checks of the exercises. They are red until a student has built what they ask for, so `npm test` does not run them.
 * @type {import('jest').Config}
 */
module.exports = {
  ...shared,
  rootDir: '..',
  roots: ['<rootDir>/exercises'],
  reporters: ['<rootDir>/exercises/reporter.js'],
};
