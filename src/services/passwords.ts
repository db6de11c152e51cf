/** Passwords of secret rooms, kept as salted scrypt hashes. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { createTurns } from '../turns';

/**
 * Node has four threads for hashes, commits, files and sessions. At most two of them hash, so that two are left for the rest.
 * 20 more hashes may wait; when there are more than that, the person is told to try again later.
 */
const inTurn = createTurns({ atOnce: 2, waiting: 20 });
const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const derive: typeof scryptAsync = (...task) => inTurn(() => scryptAsync(...task));

/** What scrypt is to spend on a hash. */
export type PasswordCost = Required<Pick<ScryptOptions, 'N' | 'r' | 'p'>>;

/**
 * With these numbers, each hash takes 16 MiB of memory. @source
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const COST: PasswordCost = { N: 16_384, r: 8, p: 5 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/**
 * The beginning of a hash. One keyboard types `é` as one character and another as two, so passwords are composed (NFC) before
 * they are hashed. Hashes of earlier versions begin with `scrypt`. They were made of the password exactly as it was typed.
 * @source https://www.rfc-editor.org/rfc/rfc8265#section-4.2 (OpaqueString)
 */
const COMPOSED = 'scrypt-nfc';

/** @returns `scrypt-nfc$N$r$p$salt$key`, with base64url. @throws Refusal RATE_LIMITED if too many hashes wait. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password.normalize('NFC'), salt, KEY_BYTES, cost);
  return [COMPOSED, cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Whether this is the password of the hash. The hash itself tells its cost, and whether the password was composed.
 * @throws Refusal RATE_LIMITED if too many hashes wait.
 */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, N, r, p, salt = '', key = ''] = hash.split('$');
  const written = scheme === COMPOSED ? password.normalize('NFC') : password;
  const expected = Buffer.from(key, 'base64url');
  const given = await derive(written, Buffer.from(salt, 'base64url'), expected.length, {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(given, expected);
}
