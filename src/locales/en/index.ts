/** English. */
import * as lab from './lab';
import * as page from './page';
import * as server from './server';
import { views } from './views';

export const en = { name: 'English', ...server, ...views, ...page, ...lab };
