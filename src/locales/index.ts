/** The language that the server speaks: one so far. A second one is a second file with the same names. */
export * from './ko';
export * from './ko-views';
