/** Lays the sources that the lab shows beside what was compiled of them, so that the program needs no `src/` where it runs. */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { LISTED_FILES } from '../lab/listings';

const SOURCES = path.resolve(__dirname, '../../src/lab');
const BUILT = path.resolve(__dirname, '../lab');

for (const file of LISTED_FILES) copyFileSync(path.join(SOURCES, file), path.join(BUILT, file));
