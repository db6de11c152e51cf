import '../config';
import '../locales';
import './log';
import './services';
import type { Config } from '../config';
export type C = Config;
