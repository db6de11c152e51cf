/** Copies the source files that the lab shows beside their compiled files, so that the program runs without `src/`. */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { LISTED_FILES } from '../lab/listings';

const SOURCES = path.resolve(__dirname, '../../src/lab');
const BUILT = path.resolve(__dirname, '../lab');

for (const file of LISTED_FILES) copyFileSync(path.join(SOURCES, file), path.join(BUILT, file));
