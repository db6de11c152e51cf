/** The variables of the environment: which values each may have, its default, and how it is read. */
import path from 'node:path';
import proxyAddress from 'proxy-addr';
import { z } from 'zod';
import { ROOT } from './environment';

/** The longest grace, in seconds: a day. */
const MAX_GRACE = 86_400;
const MAX_HOPS = 32;
/** The highest bound that can be set. */
const MAX_COUNT = 1_000_000;
/** The values of NODE_ENV. All but `production` mean the same to us. */
export const ENVIRONMENTS = ['development', 'production', 'test'];
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const directory = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((dir) => path.resolve(ROOT, dir));
/** Only digits are allowed: `Number` alone would read a blank as 0. */
const number = (form: RegExp, most: number, message: string) =>
  z
    .string()
    .regex(form, message)
    .transform(Number)
    .refine((value) => value <= most, message);
const count = (fallback: number) =>
  number(/^[1-9]\d*$/, MAX_COUNT, `must be a whole number from 1 to ${String(MAX_COUNT)}`).default(fallback);
const seconds = (fallback: number) =>
  number(/^\d+(\.\d+)?$/, MAX_GRACE, `must be a number of seconds from 0 to ${String(MAX_GRACE)}`)
    .default(fallback)
    .transform((value) => value * 1_000);

/** A number of bytes, or of KiB, MiB or GiB. */
const bytes = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,15} ?(KiB|MiB|GiB)?$/, 'must be a number of bytes, like 500 or 200MiB')
    .transform((text) => Number.parseInt(text, 10) * (UNITS.get(text.slice(-3)) ?? 1))
    .default(fallback);
const UNITS = new Map([
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
]);

/** One line for each variable. `.env.example` explains them to people. */
export const variables = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: number(/^\d+$/, 65_535, 'must be a port number, 0 to 65535').default(8005),
  HOST: z.string().regex(/^\S+$/, 'must be an address or a host name').optional(),
  COOKIE_SECRET: z.string().optional(),
  MONGO_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/./, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  MONGO_ID: z.string().optional(),
  MONGO_PASSWORD: z.string().optional(),
  DATA_DIR: directory('data'),
  UPLOADS_DIR: directory('uploads'),
  RECONNECT_GRACE_SECONDS: seconds(15),
  EMPTY_ROOM_GRACE_SECONDS: seconds(300),
  RATE_LIMITS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  LIMITS_FACTOR: number(/^\d+(\.\d+)?$/, 1_000, 'must be a number from 0.1 to 1000')
    .refine((value) => value >= 0.1, 'must be a number from 0.1 to 1000')
    .default(1),
  MAX_CONNECTIONS: count(10_000),
  /** A school class with some tabs each shares one address. */
  MAX_SOCKETS_PER_ADDRESS: count(400),
  TRUST_PROXY: z
    .string()
    .refine(isTrust, 'must be a number of proxies, or their addresses or subnets with commas between them')
    .default('0')
    .transform(proxiesIn),
  PUBLIC_URL: z
    .string()
    .refine(
      isPublicUrl,
      'must be an address as people see it, like https://example.org or https://example.org/chat/',
    )
    .transform((value) => new URL(value))
    .optional(),
  ROOM_BYTES: bytes(200 * 2 ** 20),
  ADDRESS_BYTES_PER_HOUR: bytes(500 * 2 ** 20),
  UPLOADS_BYTES: bytes(10 * 2 ** 30),
  EMPTY_ROOM_MAX: number(/^\d+$/, 1_000, 'must be a number of rooms, 0 to 1000').default(3),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be the name of a time zone, like Asia/Seoul or UTC')
    .default(Intl.DateTimeFormat().resolvedOptions().timeZone),
  LOG: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  LAB: z.enum(['on', 'off'], 'must be on or off').default('on'),
  REDIS_URL: z.undefined('is not supported by this version: leave it out').optional(),
  UPLOAD_STORE: z.literal('disk', 'must be disk: this version knows no other').default('disk'),
});

/** Addresses and subnets are named as Express names them. @source https://expressjs.com/en/guide/behind-proxies.html */
function proxiesIn(value: string): false | number | string[] {
  if (/^\d+$/.test(value)) return value === '0' ? false : Number(value);
  return value.split(',').map((address) => address.trim());
}

function isTrust(value: string): boolean {
  try {
    const trust = proxiesIn(value);
    if (Array.isArray(trust)) proxyAddress.compile(trust);
    return trust === false || Array.isArray(trust) || trust <= MAX_HOPS;
  } catch {
    return false;
  }
}

/** The URL may have a host and a path. It may not have a query, a fragment, a user or a password. */
function isPublicUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(value);
  const isPlain = [username, password, search, hash].every((part) => part === '');
  return isPlain && /^https?:$/.test(protocol) && /^(\/[\w.~%@+-]+)*\/?$/.test(pathname);
}

function isTimeZone(value: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
