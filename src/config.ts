/** The configuration. If a variable is wrong, the program does not start, and an error names the variable. */
import type { z } from 'zod';
import { MIN_SECRET, ownSecret } from './config/cookie-secret';
import { environment, givenIn } from './config/environment';
import { nearMiss } from './config/near-misses';
import { ENVIRONMENTS, variables } from './config/variables';

export { SECRET_FILE } from './config/cookie-secret';
export { pathFromUser } from './config/environment';

export interface Config {
  isProduction: boolean;
  /** 0 means any free port. */
  port: number;
  /** undefined means every address of the machine. */
  host: string | undefined;
  cookieSecret: string;
  /** undefined means the embedded store. */
  mongoUrl: string | undefined;
  dataDir: string;
  uploadsDir: string;
  /** Milliseconds. */
  reconnectGrace: number;
  /** Milliseconds. */
  emptyRoomGrace: number;
  rateLimits: boolean;
  /** How many Socket.IO connections there may be at once, in all and from one address. */
  maxConnections: number;
  maxSocketsPerAddress: number;
  /** By how much every limit of how often people may do things is multiplied. */
  limitsFactor: number;
  /** Which proxies are believed about a client's address: how many, or which addresses; false for none. */
  trustProxy: false | number | string[];
  /** The address that people use, if it is set. All our pages are below its path. */
  publicUrl: URL | undefined;
  /** How much the log and the GIFs of one room may take, in bytes. */
  roomBytes: number;
  /** How much may be written from one address in an hour, in bytes. */
  addressBytesPerHour: number;
  /** How much all GIFs together may take, in bytes. */
  uploadsBytes: number;
  /** How many open rooms a person may have that nobody has entered, or that all have left; then no further one is created. */
  emptyRoomMax: number;
  /** The zone of the times on the pages, for readers without scripts: a name of the IANA database. */
  timeZone: string;
  /** The lowest level that is written to the log. */
  log: z.output<typeof variables>['LOG'];
  /** Whether the lecture's demonstrations are there, under `/lab`. */
  lab: boolean;
}

/** The variables that say where things are kept. */
const PLACES = {
  MONGO_URL: true,
  MONGO_ID: true,
  MONGO_PASSWORD: true,
  DATA_DIR: true,
  UPLOADS_DIR: true,
} as const;

/** Where rooms, chats, sessions and GIFs are kept. */
export type Places = Pick<Config, 'mongoUrl' | 'dataDir' | 'uploadsDir'>;

/** Its message says what to change, a line for each variable. It never has a variable's value, which may be a secret. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the environment, and `.env` for variables that the environment does not have. In development, it makes the cookie's
 * secret if there is none.
 * @throws ConfigError with one line for each variable that is wrong.
 */
export function loadConfig(env: NodeJS.ProcessEnv = environment()): Config {
  const given = givenIn(env);
  const parsed = variables.safeParse(given);
  const problems = [...linesOf(parsed.error?.issues ?? []), ...conflictsIn(given)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join('\n'));
  const values = parsed.data;
  return {
    isProduction: values.NODE_ENV === 'production',
    port: values.PORT,
    host: values.HOST,
    cookieSecret: values.COOKIE_SECRET ?? keptSecret(values.DATA_DIR),
    mongoUrl: values.MONGO_URL ?? localMongo(values.MONGO_ID, values.MONGO_PASSWORD),
    dataDir: values.DATA_DIR,
    uploadsDir: values.UPLOADS_DIR,
    reconnectGrace: values.RECONNECT_GRACE_SECONDS,
    emptyRoomGrace: values.EMPTY_ROOM_GRACE_SECONDS,
    rateLimits: values.RATE_LIMITS === 'on',
    limitsFactor: values.LIMITS_FACTOR,
    maxConnections: values.MAX_CONNECTIONS,
    maxSocketsPerAddress: values.MAX_SOCKETS_PER_ADDRESS,
    trustProxy: values.TRUST_PROXY,
    publicUrl: values.PUBLIC_URL,
    roomBytes: values.ROOM_BYTES,
    addressBytesPerHour: values.ADDRESS_BYTES_PER_HOUR,
    uploadsBytes: values.UPLOADS_BYTES,
    emptyRoomMax: values.EMPTY_ROOM_MAX,
    timeZone: values.TIME_ZONE,
    log: values.LOG,
    lab: values.LAB === 'on',
  };
}

/**
 * The same for tools, which serve no pages: they need only the places, and no secret is made.
 * @throws ConfigError as above.
 */
export function loadPlaces(env: NodeJS.ProcessEnv = environment()): Places {
  const used = variables.pick(PLACES);
  const parsed = used.safeParse(givenIn(env));
  if (!parsed.success) throw new ConfigError(linesOf(parsed.error.issues).join('\n'));
  const { MONGO_URL, MONGO_ID, MONGO_PASSWORD, DATA_DIR, UPLOADS_DIR } = parsed.data;
  const mongoUrl = MONGO_URL ?? localMongo(MONGO_ID, MONGO_PASSWORD);
  return { mongoUrl, dataDir: DATA_DIR, uploadsDir: UPLOADS_DIR };
}

/** Settings that are probably mistakes: a line for each variable, never with the variable's value. */
export function warningsOf(env: NodeJS.ProcessEnv = environment()): string[] {
  const given = givenIn(env);
  const known = Object.keys(variables.shape);
  const strangers = Object.keys(given).flatMap((name) => {
    const meant = nearMiss(name, known);
    return meant === undefined ? [] : [`${name} is no setting: is ${meant} meant?`];
  });
  const isKnown = given['NODE_ENV'] === undefined || ENVIRONMENTS.includes(given['NODE_ENV']);
  if (isKnown) return strangers;
  return [`NODE_ENV is none of ${ENVIRONMENTS.join(', ')}: the program runs as in development`, ...strangers];
}

function linesOf(issues: z.core.$ZodIssue[]): string[] {
  return issues.map(({ path: [name], message }) => `${String(name)} ${message}`);
}

/** Problems that no variable has by itself: one is missing, or too short, because of the value of another. */
function conflictsIn({
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

function keptSecret(dataDir: string): string {
  try {
    return ownSecret(dataDir);
  } catch (cause) {
    throw new ConfigError(
      `DATA_DIR must be a directory that can be read and written (${String(cause).replace(/^Error: /, '')})`,
      {
        cause,
      },
    );
  }
}

/** The URL that the book's two variables mean: a local server that asks for a name and a password. */
function localMongo(id: string | undefined, password: string | undefined): string | undefined {
  if (id === undefined || password === undefined) return undefined;
  return `mongodb://${encodeURIComponent(id)}:${encodeURIComponent(password)}@127.0.0.1:27017/gifchat?authSource=admin`;
}
