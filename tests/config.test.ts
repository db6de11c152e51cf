import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'dotenv';
import { ConfigError, loadConfig, loadPlaces, warningsOf } from '../src/config';
import { variables } from '../src/config/variables';

const ROOT = path.resolve(__dirname, '..');
const secret = 'nobody knows this secret';
const given = { COOKIE_SECRET: secret };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'gif-chat-config-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** The lines of the error that these variables cause. */
function problems(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs no variable in development but has defaults for all', () => {
    expect(loadConfig(given)).toEqual({
      isProduction: false,
      port: 8005,
      host: undefined,
      cookieSecret: secret,
      mongoUrl: undefined,
      dataDir: path.join(ROOT, 'data'),
      uploadsDir: path.join(ROOT, 'uploads'),
      reconnectGrace: 15_000,
      emptyRoomGrace: 300_000,
      rateLimits: true,
      limitsFactor: 1,
      maxConnections: 10_000,
      maxSocketsPerAddress: 400,
      trustProxy: false,
      publicUrl: undefined,
      roomBytes: 200 * 2 ** 20,
      addressBytesPerHour: 500 * 2 ** 20,
      uploadsBytes: 10 * 2 ** 30,
      emptyRoomMax: 3,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      log: 'info',
      lab: true,
    });
  });

  it('takes a number of bytes with a unit or without', () => {
    const env = { ...given, ROOM_BYTES: '5MiB', UPLOADS_BYTES: '2 GiB', ADDRESS_BYTES_PER_HOUR: '700' };
    expect(loadConfig(env)).toMatchObject({
      roomBytes: 5 * 2 ** 20,
      uploadsBytes: 2 * 2 ** 30,
      addressBytesPerHour: 700,
    });
    expect(() => loadConfig({ ...given, ROOM_BYTES: '5 MB' })).toThrow(
      'ROOM_BYTES must be a number of bytes, like 500 or 200MiB',
    );
  });

  it('takes an empty variable as one that is not set', () => {
    const names = [
      'PORT',
      'HOST',
      'MONGO_URL',
      'MONGO_ID',
      'MONGO_PASSWORD',
      'DATA_DIR',
      'UPLOADS_DIR',
      'RATE_LIMITS',
      'MAX_CONNECTIONS',
      'MAX_SOCKETS_PER_ADDRESS',
    ];
    const more = [
      'RECONNECT_GRACE_SECONDS',
      'EMPTY_ROOM_GRACE_SECONDS',
      'TRUST_PROXY',
      'PUBLIC_URL',
      'TIME_ZONE',
      'LOG',
      'REDIS_URL',
      'UPLOAD_STORE',
    ];
    const empty = Object.fromEntries([...names, ...more].map((name) => [name, '']));
    expect(loadConfig({ ...empty, ...given })).toEqual(loadConfig(given));
  });

  it('has the defaults that .env.example shows', () => {
    const example = parse(readFileSync(path.join(ROOT, '.env.example')));
    expect(loadConfig({ ...example, ...given })).toEqual(loadConfig(given));
    expect(Object.keys(example)).toEqual(expect.arrayContaining(Object.keys(variables.shape)));
  });

  it('is taken from what an operator copies: the service, the image, the composition', () => {
    const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
    const settings = [
      ...read('deploy/gif-chat.service').matchAll(/^Environment=(.*)$/gm),
      ...read('Dockerfile').matchAll(/^ENV (.*)$/gm),
    ].flatMap(([, line = '']) => line.split(' '));
    const composed = [...read('compose.yaml').matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name = '']) => name);
    const names = [...settings.map((setting) => setting.split('=')[0]), ...composed];
    expect(names).toEqual(expect.arrayContaining(['HOST', 'DATA_DIR', 'MONGO_URL', 'PUBLIC_URL']));
    const known = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(
      names.filter((name) => !known.includes(name) && name?.startsWith('MONGO_INITDB_') !== true),
    ).toEqual([]);
    expect(() => loadConfig({ ...given, ...parse(settings.join('\n')) })).not.toThrow();
  });

  it('resolves relative paths from the project, not from the working directory', () => {
    const before = process.cwd();
    process.chdir(os.tmpdir());
    try {
      const { dataDir: data, uploadsDir } = loadConfig({
        ...given,
        DATA_DIR: './my-data',
        UPLOADS_DIR: '/srv/gifs',
      });
      expect(data).toBe(path.join(ROOT, 'my-data'));
      expect(uploadsDir).toBe('/srv/gifs');
    } finally {
      process.chdir(before);
    }
  });

  it('turns graces into milliseconds, and allows 0 as in the book', () => {
    const none = loadConfig({ ...given, RECONNECT_GRACE_SECONDS: '0', EMPTY_ROOM_GRACE_SECONDS: '0' });
    expect([none.reconnectGrace, none.emptyRoomGrace]).toEqual([0, 0]);
    expect(loadConfig({ ...given, RECONNECT_GRACE_SECONDS: '0.5' }).reconnectGrace).toBe(500);
  });

  it('makes a local MongoDB address of the book’s MONGO_ID and MONGO_PASSWORD, with any characters in them', () => {
    const { mongoUrl = '' } = loadConfig({ ...given, MONGO_ID: 'root', MONGO_PASSWORD: 'a/b@c:d?e#f' });
    expect(mongoUrl).toBe('mongodb://root:a%2Fb%40c%3Ad%3Fe%23f@127.0.0.1:27017/gifchat?authSource=admin');
  });

  it('prefers MONGO_URL to MONGO_ID and MONGO_PASSWORD', () => {
    const MONGO_URL = 'mongodb://example.org/rooms';
    expect(loadConfig({ ...given, MONGO_URL, MONGO_ID: 'root', MONGO_PASSWORD: 'x' }).mongoUrl).toBe(
      MONGO_URL,
    );
    expect(loadConfig({ ...given, MONGO_URL, MONGO_ID: 'root' }).mongoUrl).toBe(MONGO_URL);
  });

  it.each([
    ['0', false],
    ['1', 1],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
    ['::1', ['::1']],
  ])('trusts the proxies that TRUST_PROXY=%s names', (TRUST_PROXY, trust) => {
    expect(loadConfig({ ...given, TRUST_PROXY }).trustProxy).toEqual(trust);
  });
});

describe('for tools', () => {
  it('is where things are kept, and an empty variable is one that is not set', () => {
    const { mongoUrl, dataDir: data, uploadsDir } = loadConfig(given);
    const empty = { MONGO_URL: '', MONGO_ID: '', MONGO_PASSWORD: '', DATA_DIR: '', UPLOADS_DIR: '' };
    expect(loadPlaces(empty)).toEqual({ mongoUrl, dataDir: data, uploadsDir });
    expect(loadPlaces({ MONGO_ID: 'root', MONGO_PASSWORD: 'x' }).mongoUrl).toContain('root:x@127.0.0.1');
  });
});

describe('a warning', () => {
  it.each([
    ['RATE_LIMIT', 'RATE_LIMITS'],
    ['rate_limits', 'RATE_LIMITS'],
    ['MONGODB_URL', 'MONGO_URL'],
    ['MONGO_URI', 'MONGO_URL'],
    ['COOKIE_SECRETS', 'COOKIE_SECRET'],
    ['DATADIR', 'DATA_DIR'],
    ['UPLOAD_DIR', 'UPLOADS_DIR'],
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['PORTS', 'PORT'],
  ])('%s: %s was probably meant', (name, meant) => {
    expect(warningsOf({ ...given, [name]: 'x' })).toEqual([`${name} is no setting: is ${meant} meant?`]);
  });

  it('is not given of what systems and npm set', () => {
    const names = [
      'HOME',
      'PATH',
      'PWD',
      'LANG',
      'LOGNAME',
      'HOSTNAME',
      'TERM',
      'MAIL',
      'NODE_OPTIONS',
      'EDITOR',
    ];
    const more = [
      'http_proxy',
      'NO_PROXY',
      'INIT_CWD',
      'NODE',
      'OS',
      'TMP',
      'npm_config_cache',
      'NODE_PATH',
      'TZ',
    ];
    expect(warningsOf(Object.fromEntries([...names, ...more].map((name) => [name, 'x'])))).toEqual([]);
  });

  it.each(['prod', 'Production', 'staging'])('of NODE_ENV=%s names what it may be', (NODE_ENV) => {
    expect(warningsOf({ NODE_ENV })).toEqual([
      expect.stringMatching(/^NODE_ENV .*development, production, test/),
    ]);
  });

  it.each(['development', 'production', 'test', ''])('is not given of NODE_ENV=%s', (NODE_ENV) => {
    expect(warningsOf({ NODE_ENV })).toEqual([]);
  });
});

it.each([
  ['https://example.org', 'https://example.org/'],
  ['http://example.org:8080/chat/', 'http://example.org:8080/chat/'],
])('takes PUBLIC_URL=%s', (PUBLIC_URL, href) => {
  expect(loadConfig({ ...given, PUBLIC_URL }).publicUrl?.href).toBe(href);
});

describe('the secret that signs cookies', () => {
  it('must be given in production', () => {
    expect(problems({ NODE_ENV: 'production', DATA_DIR: dataDir })).toEqual([
      expect.stringMatching(/^COOKIE_SECRET /),
    ]);
    expect(loadConfig({ NODE_ENV: 'production', ...given })).toMatchObject({
      isProduction: true,
      cookieSecret: secret,
    });
  });

  it('is made in development, kept, and readable by its owner alone', () => {
    const made = loadConfig({ DATA_DIR: dataDir }).cookieSecret;
    expect(made.length).toBeGreaterThanOrEqual(32);
    expect(loadConfig({ DATA_DIR: dataDir }).cookieSecret).toBe(made);
    expect(statSync(path.join(dataDir, 'cookie-secret')).mode & 0o777).toBe(0o600);
  });

  it('is made together with a missing data directory, which only its owner may enter', () => {
    const dir = path.join(dataDir, 'a', 'b');
    expect(loadConfig({ DATA_DIR: dir }).cookieSecret).toEqual(expect.any(String));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('may be as short as in the book, but not in production', () => {
    const COOKIE_SECRET = 'gifchat';
    expect(loadConfig({ COOKIE_SECRET }).cookieSecret).toBe(COOKIE_SECRET);
    expect(problems({ NODE_ENV: 'production', COOKIE_SECRET })).toEqual([
      expect.stringMatching(/^COOKIE_SECRET (?!.*gifchat)/),
    ]);
  });

  it('is made again when a crash left its file empty', () => {
    writeFileSync(path.join(dataDir, 'cookie-secret'), '');
    const made = loadConfig({ DATA_DIR: dataDir }).cookieSecret;
    expect(made.length).toBeGreaterThanOrEqual(32);
    expect(loadConfig({ DATA_DIR: dataDir }).cookieSecret).toBe(made);
  });

  it('is refused with an error about DATA_DIR when it cannot be stored there', () => {
    const file = path.join(dataDir, 'file');
    writeFileSync(file, '');
    expect(problems({ DATA_DIR: file })).toEqual([expect.stringMatching(/^DATA_DIR /)]);
  });
});

describe('an error names the variable that is wrong', () => {
  it.each([
    ['PORT', ['-1', '65536', 'abc', '80.5', '0x50', '1e3', ' ']],
    ['HOST', ['two words']],
    ['MONGO_URL', ['localhost:27017', 'http://localhost', 'mongodb://']],
    ['RECONNECT_GRACE_SECONDS', ['-1', 'soon', 'Infinity', '1e9', '86401', ' ']],
    ['EMPTY_ROOM_GRACE_SECONDS', ['-1', 'soon', 'NaN', '86401']],
    ['RATE_LIMITS', ['yes', 'ON']],
    ['MAX_CONNECTIONS', ['0', '-1', '1.5', 'many', '1000001']],
    ['MAX_SOCKETS_PER_ADDRESS', ['0', ' ', '1e3']],
    ['TRUST_PROXY', ['true', '300.1.1.1', '10.0.0.0/99', '1.5', '-1', '1000', ',']],
    [
      'PUBLIC_URL',
      [
        'example.org',
        'ftp://example.org',
        'https://u:p@example.org',
        'https://example.org/?a',
        'https:',
        'https://example.org//a',
        'https://example.org/a;b',
      ],
    ],
    ['TIME_ZONE', ['Asia/Seol', 'KST+9', ' ']],
    ['LOG', ['loud', 'WARN', '20']],
    ['REDIS_URL', ['redis://localhost']],
    ['UPLOAD_STORE', ['gridfs', 's3']],
  ])('%s', (name, values) => {
    for (const value of values) {
      expect(problems({ ...given, [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^${name} \\S`)),
      ]);
    }
  });

  it('when one of MONGO_ID and MONGO_PASSWORD is missing', () => {
    expect(problems({ ...given, MONGO_ID: 'root' })).toEqual([expect.stringMatching(/^MONGO_PASSWORD /)]);
    expect(problems({ ...given, MONGO_PASSWORD: 'x' })).toEqual([expect.stringMatching(/^MONGO_ID /)]);
  });

  it('for all wrong variables at once, with a line for each', () => {
    const wrong = { NODE_ENV: 'production', PORT: 'x', RATE_LIMITS: 'x', MONGO_ID: 'root', REDIS_URL: 'x' };
    const names = problems(wrong).map((line) => line.split(' ')[0]);
    expect(names.sort()).toEqual(['COOKIE_SECRET', 'MONGO_PASSWORD', 'PORT', 'RATE_LIMITS', 'REDIS_URL']);
  });

  it('and never contains the value, which may be a secret', () => {
    const hidden = 'hunter2';
    for (const name of ['MONGO_URL', 'MONGO_PASSWORD', 'REDIS_URL', 'UPLOAD_STORE', 'PORT', 'TRUST_PROXY']) {
      const lines = problems({ ...given, [name]: hidden });
      expect(lines.length).toBe(1);
      expect(lines.join()).not.toContain(hidden);
    }
  });
});
