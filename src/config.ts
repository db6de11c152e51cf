/** The configuration: the only reader of the environment. What is wrong with it is said by name, before anything starts. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { config as loadDotenv } from 'dotenv';
import proxyAddress from 'proxy-addr';
import { z } from 'zod';
import { codeOf } from './system-error';

const ROOT = path.resolve(__dirname, '..');
/** The longest grace, in seconds: a day. */
const MAX_GRACE = 86_400;
const MAX_HOPS = 32;
const MIN_SECRET = 16;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** In the data directory: the cookie's secret, where none is set. */
export const SECRET_FILE = 'cookie-secret';

export interface Config {
  isProduction: boolean;
  /** 0 takes any free one. */
  port: number;
  /** Every address of the machine when undefined. */
  host: string | undefined;
  cookieSecret: string;
  /** The embedded store is used when undefined. */
  mongoUrl: string | undefined;
  dataDir: string;
  uploadsDir: string;
  /** Milliseconds. */
  reconnectGrace: number;
  /** Milliseconds. */
  emptyRoomGrace: number;
  rateLimits: boolean;
  /** How many proxies, or which, are believed about a client's address; false for none. */
  trustProxy: false | number | string[];
  /** The lowest level that is written to the log. */
  log: (typeof LOG_LEVELS)[number];
  /** Whether the lecture's demonstrations are there, under `/lab`. */
  lab: boolean;
}

/** Where things are kept. */
export type Places = Pick<Config, 'mongoUrl' | 'dataDir' | 'uploadsDir'>;

/** Says in a line for each variable what to change; never a variable's value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const directory = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((dir) => path.resolve(ROOT, dir));
/** Plain digits: `Number` would take a blank for 0. */
const number = (form: RegExp, most: number, message: string) =>
  z
    .string()
    .regex(form, message)
    .transform(Number)
    .refine((value) => value <= most, message);
const seconds = (fallback: number) =>
  number(/^\d+(\.\d+)?$/, MAX_GRACE, `must be a number of seconds from 0 to ${String(MAX_GRACE)}`)
    .default(fallback)
    .transform((value) => value * 1_000);

const variables = z.object({
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
  TRUST_PROXY: z
    .string()
    .refine(isTrust, 'must be a number of proxies, or their addresses or subnets with commas between them')
    .default('0')
    .transform(trustOf),
  LOG: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  LAB: z.enum(['on', 'off'], 'must be on or off').default('on'),
  REDIS_URL: z.undefined('is not supported by this version: leave it out').optional(),
  UPLOAD_STORE: z.literal('disk', 'must be disk: this version knows no other').default('disk'),
});

/**
 * Reads `.env` and the environment, which goes before it. In development it makes the cookie's secret when there is none.
 * @throws ConfigError with one line for each variable that is wrong.
 */
export function loadConfig(env: NodeJS.ProcessEnv = envWithFile()): Config {
  const given = givenIn(env);
  const parsed = variables.safeParse(given);
  const problems = [...linesOf(parsed.error?.issues ?? []), ...missing(given)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join('\n'));
  const values = parsed.data;
  return {
    isProduction: values.NODE_ENV === 'production',
    port: values.PORT,
    host: values.HOST,
    cookieSecret: values.COOKIE_SECRET ?? ownSecret(values.DATA_DIR),
    mongoUrl: values.MONGO_URL ?? localMongo(values.MONGO_ID, values.MONGO_PASSWORD),
    dataDir: values.DATA_DIR,
    uploadsDir: values.UPLOADS_DIR,
    reconnectGrace: values.RECONNECT_GRACE_SECONDS,
    emptyRoomGrace: values.EMPTY_ROOM_GRACE_SECONDS,
    rateLimits: values.RATE_LIMITS === 'on',
    trustProxy: values.TRUST_PROXY,
    log: values.LOG,
    lab: values.LAB === 'on',
  };
}

/**
 * The same for tools, which serve nobody: nothing else has to be set, and nothing is made.
 * @throws ConfigError as above.
 */
export function loadPlaces(env: NodeJS.ProcessEnv = envWithFile()): Places {
  const used = variables.pick({ MONGO_URL: true, DATA_DIR: true, UPLOADS_DIR: true });
  const parsed = used.safeParse(givenIn(env));
  if (!parsed.success) throw new ConfigError(linesOf(parsed.error.issues).join('\n'));
  const { MONGO_URL, DATA_DIR, UPLOADS_DIR } = parsed.data;
  const mongoUrl = MONGO_URL ?? localMongo(env['MONGO_ID'], env['MONGO_PASSWORD']);
  return { mongoUrl, dataDir: DATA_DIR, uploadsDir: UPLOADS_DIR };
}

/** The path of a file that somebody named in a command: npm goes to the project, its user may be elsewhere. */
export function pathFromUser(file: string): string {
  return path.resolve(process.env['INIT_CWD'] ?? '', file);
}

/** An empty line of `.env` means: not set. */
function givenIn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

function linesOf(issues: z.core.$ZodIssue[]): string[] {
  return issues.map(({ path: [name], message }) => `${String(name)} ${message}`);
}

/** What is needed because of another variable. */
function missing({
  NODE_ENV,
  COOKIE_SECRET,
  MONGO_URL,
  MONGO_ID,
  MONGO_PASSWORD,
}: NodeJS.ProcessEnv): string[] {
  const problems = [];
  if (NODE_ENV === 'production' && COOKIE_SECRET === undefined) {
    problems.push('COOKIE_SECRET must be set in production: a long random text that nobody knows');
  }
  if (NODE_ENV === 'production' && COOKIE_SECRET !== undefined && COOKIE_SECRET.length < MIN_SECRET) {
    problems.push(`COOKIE_SECRET must have at least ${String(MIN_SECRET)} characters in production`);
  }
  if (MONGO_URL === undefined && (MONGO_ID === undefined) !== (MONGO_PASSWORD === undefined)) {
    const [absent, present] =
      MONGO_ID === undefined ? ['MONGO_ID', 'MONGO_PASSWORD'] : ['MONGO_PASSWORD', 'MONGO_ID'];
    problems.push(`${absent} must be set as ${present} is, or neither`);
  }
  return problems;
}

/** `.env` of the project; what the environment says goes before it. */
function envWithFile(): NodeJS.ProcessEnv {
  loadDotenv({ path: path.join(ROOT, '.env'), quiet: true });
  return process.env;
}

/** In development a secret is made once and kept, so that a restart logs nobody out. */
function ownSecret(dataDir: string): string {
  const file = path.join(dataDir, SECRET_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    if (kept.length >= MIN_SECRET) return kept;
    // Too short is what a crash left of it.
    rmSync(file, { force: true });
    const secret = randomBytes(32).toString('base64url');
    writeFileSync(file, secret, { flag: 'wx', mode: 0o600 });
    return secret;
  } catch (error) {
    throw new ConfigError(
      `DATA_DIR must be a directory that can be read and written (${codeOf(error) || String(error)})`,
      {
        cause: error,
      },
    );
  }
}

/** The book's two variables: a local server that asks for a name and a password. */
function localMongo(id: string | undefined, password: string | undefined): string | undefined {
  if (id === undefined || password === undefined) return undefined;
  return `mongodb://${encodeURIComponent(id)}:${encodeURIComponent(password)}@127.0.0.1:27017/gifchat?authSource=admin`;
}

/** Addresses and subnets are named as Express names them. @source https://expressjs.com/en/guide/behind-proxies.html */
function trustOf(value: string): Config['trustProxy'] {
  if (/^\d+$/.test(value)) return value === '0' ? false : Number(value);
  return value.split(',').map((address) => address.trim());
}

function isTrust(value: string): boolean {
  try {
    const trust = trustOf(value);
    if (Array.isArray(trust)) proxyAddress.compile(trust);
    return trust === false || Array.isArray(trust) || trust <= MAX_HOPS;
  } catch {
    return false;
  }
}
