import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The layers of src/, the lowest line first. Each name may import itself and names of lower lines, no others of its own.
 */
const LAYERS = [
  ['shared'],
  ['types', 'system-error', 'timers', 'folder'],
  ['rules'],
  ['turns'],
  ['locales'],
  ['schemas'],
  ['stores'],
  ['services'],
  ['middlewares'],
  ['controllers', 'sockets', 'lab', 'filters', 'room-rows'],
  ['routes'],
  ['app', 'socket', 'listen'],
  ['start'],
  ['server', 'tools'],
  ['dev'],
  ['browser'],
];
/** All layers but the pure ones may import these two. They import nothing but the two lowest layers. */
const FOR_ALL = ['config', 'logger'];
/** Layers that must not depend on the configuration or the log. */
const PURE = [...LAYERS[0], ...LAYERS[1], 'rules', 'locales', ...FOR_ALL];
/** The code of the pages runs in the browser. No layer imports it, and it imports only layers that run there, too. */
const FOR_BROWSER = ['shared', 'types', 'locales'];

for (const file of readdirSync('src')) {
  const name = file.replace(/\.ts$/, '');
  if (![...LAYERS.flat(), ...FOR_ALL].includes(name))
    throw new Error(`src/${file} has no layer in eslint.config.mjs`);
}

/** Packages that a layer must not import, so that HTTP, sockets and databases are each used in few layers only. */
const STRANGERS = {
  shared: /^(?!\.|linkify-it$)/,
  browser: /^(?!\.|socket\.io-client$)/,
  rules: /^(express|socket\.io|mongoose|mongodb|lmdb|node:(?!crypto))/,
  locales: /^[^.]/,
  services: /^(express|socket\.io|mongoose|mongodb|lmdb)/,
  controllers: /^(socket\.io|mongoose|mongodb|lmdb)/,
  middlewares: /^(socket\.io|mongoose|mongodb|lmdb)/,
  sockets: /^(express|mongoose|mongodb|lmdb)/,
};

const environment = {
  object: 'process',
  property: 'env',
  message: 'Only config/environment.ts reads the environment.',
};
/**
 * Zod measures whatever has a `length`, also after it has found out that it is no string. An object whose `length` is an
 * object that is no number, which any client can send as JSON, makes it throw.
 */
const measuring = {
  selector:
    "CallExpression[callee.property.name=/^(min|max|length|nonempty)$/] > MemberExpression CallExpression[callee.property.name='string']",
  message: 'Measure a string by `refine`: zod throws at an object with a strange `length`.',
};
const emitting = {
  selector: "CallExpression[callee.property.name='emit']",
  message: 'Only src/sockets/ sends events to sockets.',
};
const exit = { object: 'process', property: 'exit', message: 'Only server.ts ends the process.' };

export default defineConfig(
  globalIgnores(['dist', 'data', 'uploads', 'coverage', 'exercises/*/solution']),
  js.configs.recommended,
  {
    files: ['{src,tests,bench,exercises}/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tests/tsconfig.json', 'src/browser/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A variable or argument whose name begins with _ may be unused.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // We use `async` also in functions without an await: if such a function throws, its error becomes a rejection.
      '@typescript-eslint/require-await': 'off',
      // The types of mongoose and Socket.IO name classes where plain objects are meant, too.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-console': 'error', 'no-restricted-properties': ['error', environment, exit] },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', measuring] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/sockets/**', 'src/lab/**', 'src/browser/**'],
    rules: { 'no-restricted-syntax': ['error', measuring, emitting] },
  },
  { files: ['src/config/environment.ts'], rules: { 'no-restricted-properties': ['error', exit] } },
  { files: ['src/server.ts'], rules: { 'no-restricted-properties': ['error', environment] } },
  { files: ['src/logger.ts', 'src/browser/demo/print.ts'], rules: { 'no-console': 'off' } },
  ...[...LAYERS.flat(), ...FOR_ALL].flatMap(direction),
  {
    files: ['{tests,exercises}/**/*.ts'],
    rules: {
      // The bodies of supertest's answers are `any`, and tests compare them with what they expect.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      // Some tests imitate a store that rejects with something other than an Error.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  // `tsc` checks for undefined names already, and it knows those of Node.
  {
    files: ['*.js', '{scripts,tests,bench,exercises}/**/*.js'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { 'no-undef': 'off' },
  },
);

/** The imports that the files of one layer must not have. */
function direction(name) {
  const at = LAYERS.findIndex((layer) => layer.includes(name));
  const above = LAYERS.slice((FOR_ALL.includes(name) ? 1 : at) + 1).flat();
  const siblings = (LAYERS[at] ?? []).filter((other) => other !== name);
  const common = PURE.includes(name) ? FOR_ALL.filter((other) => other !== name) : [];
  const forbidden =
    name === 'browser'
      ? [...LAYERS.flat(), ...FOR_ALL].filter((other) => other !== name && !FOR_BROWSER.includes(other))
      : [...siblings, ...above, ...common];
  const others = forbidden.join('|');
  const below = `${name} imports only layers below it (eslint.config.mjs).`;
  const packages = STRANGERS[name]
    ? [
        {
          regex: STRANGERS[name].source,
          message: `${name} knows nothing of this package (eslint.config.mjs).`,
        },
      ]
    : [];
  const restrict = (files, up) => ({
    files: [files],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: `^${up}(${others})(/|$)`, message: below }, ...packages] },
      ],
    },
  });
  return [restrict(`src/${name}.ts`, '\\./'), restrict(`src/${name}/**/*.ts`, '(\\.\\./)+')];
}
