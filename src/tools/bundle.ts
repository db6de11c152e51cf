/**
 * Makes the files of the pages: one bundle of each file in `src/browser/pages/`, and of what `public/` holds itself, each
 * with a hash of its content in its name. `npm run build` runs it; `npm run dev` keeps it running.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { build, context, type BuildOptions, type Metafile } from 'esbuild';
import { logger } from '../logger';
import { BUILT, CODINGS, MANIFEST } from '../middlewares/assets';

const ROOT = path.resolve(__dirname, '../..');
const PAGES = 'src/browser/pages';
const PUBLIC = 'public';
/** How long files of earlier builds stay for pages that are open, in ms. */
const MAX_AGE = 24 * 3_600_000;
const COMPRESS = { br: promisify(brotliCompress), gzip: promisify(gzip) };

type Outputs = Metafile['outputs'];

/** Makes all of them once, small and compressed. @throws when a source cannot be read */
export async function bundle(): Promise<void> {
  const { metafile } = await build({ ...(await options()), minify: true });
  await compress(metafile.outputs);
  await publish(metafile.outputs);
}

/** Makes all of them, and again whenever a source changes. What is wrong with a source is said, and waited for. */
export async function watch(): Promise<void> {
  const settings = await options();
  const builder = await context({
    ...settings,
    logLevel: 'warning',
    plugins: [
      {
        name: 'publish',
        setup: (its) => {
          its.onEnd(async ({ metafile, errors }) => {
            if (errors.length === 0 && metafile) await publish(metafile.outputs);
          });
        },
      },
    ],
  });
  await builder.rebuild().catch(() => undefined);
  await builder.watch();
}

async function options() {
  const [pages, files] = await Promise.all([PAGES, PUBLIC].map((folder) => readdir(path.join(ROOT, folder))));
  const entryPoints = [
    { in: 'src/browser/socket-io.ts', out: 'socket-io' },
    ...(pages ?? []).map((file) => ({ in: `${PAGES}/${file}`, out: `pages/${path.parse(file).name}` })),
    ...(files ?? [])
      .filter((file) => /\.(css|svg)$/.test(file))
      .map((file) => ({ in: `${PUBLIC}/${file}`, out: path.parse(file).name })),
  ];
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
  } satisfies BuildOptions;
}

async function compress(outputs: Outputs): Promise<void> {
  for (const output of Object.keys(outputs).filter((file) => !file.endsWith('.map'))) {
    const file = path.join(ROOT, output);
    const content = await readFile(file);
    for (const [coding, ending] of CODINGS) await writeFile(file + ending, await COMPRESS[coding](content));
  }
}

/** Tells the server the names, in one step, and takes away what nobody has a page with any more. */
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
    const isOf = name.replaceAll(path.sep, '/').replace(/\.(br|gz)$/, '');
    const { mtimeMs, isFile } = await stat(path.join(BUILT, name)).then(
      (found) => ({ mtimeMs: found.mtimeMs, isFile: found.isFile() }),
      () => ({ mtimeMs: 0, isFile: false }),
    );
    if (isFile && !current.has(isOf) && Date.now() - mtimeMs > MAX_AGE)
      await rm(path.join(BUILT, name), { force: true });
  }
}

if (require.main === module) {
  bundle().catch((error: unknown) => {
    logger.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
