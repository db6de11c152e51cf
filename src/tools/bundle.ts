/**
 * Makes the files that pages load: a bundle for each file in `src/browser/pages/` and each language, and the styles and icons
 * of `public/`. Each file's name has a hash of its content. `npm run build` runs this once; `npm run dev` keeps it running.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { build, context, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { DEFAULT, LANGUAGES, type Language } from '../locales';
import { logger } from '../logger';
import { BUILT, CODINGS, MANIFEST } from '../middlewares/assets';
import { reasonOf } from '../system-error';
import { createTurns } from '../turns';

const ROOT = path.resolve(__dirname, '../..');
const PAGES = 'src/browser/pages';
const PUBLIC = 'public';
/** How long files of earlier builds are kept, in ms, because pages that are open may still load them. */
const MAX_AGE = 24 * 3_600_000;
const COMPRESS = { br: promisify(brotliCompress), gzip: promisify(gzip) };

type Outputs = Metafile['outputs'];

/** Makes all files once, minified and compressed. @throws if a source file cannot be read or is wrong. */
export async function bundle(): Promise<void> {
  const made = await Promise.all((await allOptions()).map((options) => build({ ...options, minify: true })));
  const outputs = together(made.map(({ metafile }) => metafile.outputs));
  await compress(outputs);
  await publish(outputs);
}

/** Makes all files, and makes them again whenever a source file changes. Errors in source files are only logged. */
export async function watch(): Promise<void> {
  const settings = await allOptions();
  const made = new Map<number, Outputs>();
  // A file that several bundles share changes all of them, and their builders end at about the same time.
  const inTurn = createTurns({ atOnce: 1, waiting: settings.length });
  const builders = await Promise.all(
    settings.map((options, at) =>
      context({
        ...options,
        logLevel: 'warning',
        plugins: [
          ...options.plugins,
          {
            name: 'publish',
            setup: (builder) => {
              builder.onEnd(async ({ metafile, errors }) => {
                if (errors.length > 0 || !metafile) return;
                made.set(at, metafile.outputs);
                if (made.size < settings.length) return;
                await inTurn(() => publish(together([...made.values()])));
              });
            },
          },
        ],
      }),
    ),
  );
  for (const builder of builders) await builder.rebuild().catch(() => undefined);
  for (const builder of builders) await builder.watch();
}

function together(outputs: Outputs[]): Outputs {
  return Object.fromEntries(outputs.flatMap((some) => Object.entries(some)));
}

/** The options of all builds: first for the files that are the same in all languages, then for the scripts in each language. */
async function allOptions() {
  const [pages, files] = await Promise.all([PAGES, PUBLIC].map((folder) => readdir(path.join(ROOT, folder))));
  const common = [
    { in: 'src/browser/socket-io.ts', out: 'socket-io' },
    ...(files ?? [])
      .filter((file) => /\.(css|svg)$/.test(file))
      .map((file) => ({ in: `${PUBLIC}/${file}`, out: path.parse(file).name })),
  ];
  const scriptsIn = (language: string) =>
    (pages ?? []).map((file) => ({ in: `${PAGES}/${file}`, out: `${language}/${path.parse(file).name}` }));
  return [
    optionsFor(common, DEFAULT),
    ...LANGUAGES.map((language) => optionsFor(scriptsIn(language), language)),
  ];
}

function optionsFor(entryPoints: { in: string; out: string }[], language: Language) {
  return {
    absWorkingDir: ROOT,
    entryPoints,
    entryNames: '[dir]/[name]-[hash]',
    outdir: BUILT,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    sourcemap: true,
    loader: { '.svg': 'copy' },
    metafile: true,
    logLevel: 'silent',
    plugins: [speaking(language)],
  } satisfies BuildOptions;
}

/** Puts this language in place of the default one, which `locales/browser.ts` and `locales/lab.ts` name. */
function speaking(language: Language): Plugin {
  const ofDefault = new RegExp(`^\\./${DEFAULT}/`);
  return {
    name: 'speaking',
    setup: (builder) => {
      builder.onResolve({ filter: ofDefault }, ({ path: file, resolveDir }) => ({
        path: `${path.resolve(resolveDir, file.replace(ofDefault, `${language}/`))}.ts`,
      }));
    },
  };
}

async function compress(outputs: Outputs): Promise<void> {
  for (const output of Object.keys(outputs).filter((file) => !file.endsWith('.map'))) {
    const file = path.join(ROOT, output);
    const content = await readFile(file);
    for (const [coding, ending] of CODINGS) await writeFile(file + ending, await COMPRESS[coding](content));
  }
}

/** Writes the new names to the manifest, which the server reads, in one step. Then removes files that are too old. */
async function publish(outputs: Outputs): Promise<void> {
  const nameOf = (output: string) => path.relative(BUILT, path.join(ROOT, output)).replaceAll(path.sep, '/');
  const names = Object.entries(outputs)
    .filter(([, { entryPoint }]) => entryPoint !== undefined)
    .map(([output]) => [nameOf(output).replace(/-[A-Z0-9]{8}(?=\.\w+$)/, ''), nameOf(output)]);
  await mkdir(BUILT, { recursive: true });
  const manifest = path.join(BUILT, MANIFEST);
  const fresh = `${manifest}.${String(process.pid)}`;
  await writeFile(fresh, JSON.stringify(Object.fromEntries(names), null, 2));
  await rename(fresh, manifest);
  await sweep(new Set([MANIFEST, ...Object.keys(outputs).map(nameOf)]));
}

async function sweep(current: Set<string>): Promise<void> {
  for (const name of await readdir(BUILT, { recursive: true })) {
    const uncompressed = name.replaceAll(path.sep, '/').replace(/\.(br|gz)$/, '');
    const { mtimeMs, isFile } = await stat(path.join(BUILT, name)).then(
      (found) => ({ mtimeMs: found.mtimeMs, isFile: found.isFile() }),
      () => ({ mtimeMs: 0, isFile: false }),
    );
    if (isFile && !current.has(uncompressed) && Date.now() - mtimeMs > MAX_AGE)
      await rm(path.join(BUILT, name), { force: true });
  }
}

if (require.main === module) {
  bundle().catch((error: unknown) => {
    logger.error(reasonOf(error));
    process.exitCode = 1;
  });
}
