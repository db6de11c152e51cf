/** The program for development: the server, and a watcher that bundles the pages' files again on every change. */
import './server';
import { watch } from './tools/bundle';

void watch();
