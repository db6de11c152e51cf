/** What the scripts of the lab's pages say. As in `page.ts`, the build puts in the language of each bundle. */
export * from './ko/lab';
