/** The exercises: the folders beside this file that begin with a number, in order. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');
export const EXERCISES = readdirSync(import.meta.dirname)
  .filter((name) => /^\d-/.test(name))
  .sort();
