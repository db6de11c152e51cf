/** Runs before every test file: turns the log off, unless LOG asks for it. */
import { LOG } from './log';
import { loadConfig } from '../../src/config';
import { logger } from '../../src/logger';

logger.setLevel(loadConfig({ COOKIE_SECRET: '-', LOG }).log);
