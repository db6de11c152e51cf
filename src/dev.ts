/** The program for development: the server, and beside it the pages' files are made again on every change. */
import './server';
import { watch } from './tools/bundle';

void watch();
