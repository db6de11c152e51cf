/** The language that the pages' script speaks: one so far. A second one is a second file with the same names. */
export * from './ko-page';
