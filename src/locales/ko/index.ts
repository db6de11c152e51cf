/** Korean, the language of the book, and of readers who ask for none that we have. */
import * as lab from './lab';
import * as browser from './browser';
import * as server from './server';
import { templates } from './templates';

export const ko = { name: '한국어', ...server, ...templates, ...browser, ...lab };
