/** The secret that signs the session cookie, if none is set. It is made once and kept, so a restart logs nobody out. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../folder';

/** Its file in the data directory. */
export const SECRET_FILE = 'cookie-secret';
/** A shorter secret, in characters, could be guessed. */
export const MIN_SECRET = 16;

/** The kept secret; a new one is made if there is none. @throws the error of the system, if the secret cannot be kept. */
export function ownSecret(dataDir: string): string {
  const file = path.join(dataDir, SECRET_FILE);
  makeFolder(dataDir, 0o700);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (kept.length >= MIN_SECRET) return kept;
  // If the program crashed while it wrote the secret, the file is too short.
  rmSync(file, { force: true });
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(file, secret, { flag: 'wx', mode: 0o600 });
  return secret;
}
