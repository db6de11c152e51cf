/** What the pages' scripts say. The build makes a bundle for each language, in which that language stands in for this one. */
export * from './ko/browser';
