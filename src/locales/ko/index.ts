/** Korean, the language of the book, and of readers who ask for none that we have. */
import * as lab from './lab';
import * as page from './page';
import * as server from './server';
import { views } from './views';

export const ko = { name: '한국어', ...server, ...views, ...page, ...lab };
