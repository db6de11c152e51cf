/** English. */
import * as lab from './lab';
import * as browser from './browser';
import * as server from './server';
import { templates } from './templates';

export const en = { name: 'English', ...server, ...templates, ...browser, ...lab };
