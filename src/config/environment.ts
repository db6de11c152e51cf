/** Reads the environment and the file `.env`. No other file reads the environment. */
import path from 'node:path';
import { config as loadDotenv } from 'dotenv';

/** The project's folder. */
export const ROOT = path.resolve(__dirname, '../..');

/** The variables of the environment, and those of the project's `.env` that the environment does not have. */
export function environment(): NodeJS.ProcessEnv {
  loadDotenv({ path: path.join(ROOT, '.env'), quiet: true });
  return process.env;
}

/** The variables that are set. A variable with an empty value, such as an empty line of `.env`, counts as not set. */
export function givenIn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

/** The path of a file that a user named in a command. npm changes to the project's folder, but the user meant their own. */
export function pathFromUser(file: string): string {
  return path.resolve(process.env['INIT_CWD'] ?? '', file);
}
